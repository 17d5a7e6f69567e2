/*
 * text: a JavaScript string as the core reads it, in UTF-16 units.
 *
 * Reading it as Latin-1 would keep the low byte of each unit and so forge
 * characters: "1\u0130.2.3.4" would read as 10.2.3.4. Reading it as UTF-8
 * would move the offsets.
 */
#ifndef PA_TEXT_H
#define PA_TEXT_H

#include <napi.h>

#include <cstddef>
#include <cstdlib>

#include "../core/proxy_addr.h"

class Text {
public:
  Text() = default;
  Text(const Text &) = delete;
  Text &operator=(const Text &) = delete;
  ~Text() {
    // Most texts are not on the heap, and a call costs more than this test.
    if (heap_ != nullptr) std::free(heap_);
  }

  /**
   * Reads a string, and forgets the one read before.
   *
   * @return false if the value is not a string or memory ran out
   */
  bool Read(napi_env env, napi_value value) {
    // With one unit for the terminator that Node-API writes. A string that
    // fills the rest may have been cut.
    data_ = inline_;
    if (napi_get_value_string_utf16(env, value, inline_, kInline + 1, &size_) !=
        napi_ok)
      return false;
    return size_ < kInline || ReadLong(env, value);
  }

  const char16_t *data() const {
    return data_;
  }

  size_t size() const {
    return size_;
  }

private:
  // One unit more than PA_TAIL_UNITS: a string that fills it may have been cut.
  static constexpr size_t kInline = PA_TAIL_UNITS + 1;

  bool ReadLong(napi_env env, napi_value value) {
    if (napi_get_value_string_utf16(env, value, nullptr, 0, &size_) != napi_ok)
      return false;
    void *grown = std::realloc(heap_, (size_ + 1) * sizeof(char16_t));
    if (grown == nullptr) return false;
    heap_ = static_cast<char16_t *>(grown);
    data_ = heap_;
    return napi_get_value_string_utf16(env, value, heap_, size_ + 1, &size_) ==
           napi_ok;
  }

  const char16_t *data_ = inline_;
  size_t size_ = 0;
  char16_t *heap_ = nullptr;
  char16_t inline_[kInline + 1];
};

#endif
