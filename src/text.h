/*
 * text: a JavaScript string as the core wants it, one byte per UTF-16 unit.
 *
 * Reading it as Latin-1 would keep the low byte of each unit and so forge
 * characters: "1\u0130.2.3.4" would read as 10.2.3.4. Reading it as UTF-8
 * would move the offsets. So units are read whole, and each one above 0x7F
 * becomes a byte that is part of no address.
 */
#ifndef PA_TEXT_H
#define PA_TEXT_H

#include <napi.h>

#include <cstdint>
#include <cstdlib>

class Text {
public:
  Text() = default;
  Text(const Text &) = delete;
  Text &operator=(const Text &) = delete;
  ~Text() {
    std::free(heap_);
  }

  /**
   * Reads a string, in place of what was read before.
   *
   * @return false if the value is no string or memory ran out
   */
  bool Read(napi_env env, napi_value value) {
    // One unit more than fits, for the terminator that Node-API writes. A
    // string that fills the rest may have been cut.
    if (napi_get_value_string_utf16(env, value, units_, kInline + 1, &size_) !=
        napi_ok)
      return false;
    if (size_ == kInline) return ReadLong(env, value);
    Narrow(units_, inline_);
    return true;
  }

  const uint8_t *data() const {
    return data_;
  }

  size_t size() const {
    return size_;
  }

private:
  // Peers, and what the shim passes of a header at first, are shorter.
  static constexpr size_t kInline = 257;
  static constexpr uint8_t kForeign = 0x80;

  bool ReadLong(napi_env env, napi_value value) {
    if (napi_get_value_string_utf16(env, value, nullptr, 0, &size_) != napi_ok)
      return false;
    // One block: the units and their terminator, then the bytes.
    size_t units = (size_ + 1) * sizeof(char16_t);
    void *grown = std::realloc(heap_, units + size_);
    if (grown == nullptr) return false;
    heap_ = grown;
    char16_t *wide = static_cast<char16_t *>(heap_);
    if (napi_get_value_string_utf16(env, value, wide, size_ + 1, &size_) !=
        napi_ok)
      return false;
    Narrow(wide, static_cast<uint8_t *>(heap_) + units);
    return true;
  }

  void Narrow(const char16_t *units, uint8_t *bytes) {
    for (size_t i = 0; i < size_; i++)
      bytes[i] = units[i] > 0x7f ? kForeign : static_cast<uint8_t>(units[i]);
    data_ = bytes;
  }

  const uint8_t *data_ = nullptr;
  size_t size_ = 0;
  void *heap_ = nullptr;
  char16_t units_[kInline + 1];
  uint8_t inline_[kInline];
};

#endif
