/*
 * handles: what was compiled in an environment, by handle. A handle is a
 * number, so JavaScript can hold it without an object of the addon's: to make a
 * function for each took 1 to 2 us, and longer with the garbage it left.
 *
 *   slot    0        1        2        3
 *   object  -        set      -        set     a slot without one is free
 *   next    2        -        0        -       the free ones form a list, from
 * 0
 */
#ifndef PA_HANDLES_H
#define PA_HANDLES_H

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

template <class Object, void (*dispose)(Object *)> class Handles {
public:
  Handles() = default;
  Handles(const Handles &) = delete;
  Handles &operator=(const Handles &) = delete;
  ~Handles() {
    for (uint32_t i = 0; i < size_; i++)
      if (slot_[i].object != nullptr) dispose(slot_[i].object);
    std::free(slot_);
  }

  /**
   * Keeps an object until it is taken.
   *
   * @return its handle, at least 1; 0 if memory ran out
   */
  uint32_t Add(Object *object) {
    if (free_ == 0 && !Grow()) return 0;
    uint32_t handle = free_;
    free_ = slot_[handle].next;
    slot_[handle].object = object;
    return handle;
  }

  /** Returns the object of a handle; NULL if the value is not one. */
  Object *Find(napi_env env, napi_value handle) const {
    uint32_t i = 0;
    return napi_get_value_uint32(env, handle, &i) == napi_ok ? At(i) : nullptr;
  }

  /** The same for a number. */
  Object *At(uint32_t handle) const {
    return handle < size_ ? slot_[handle].object : nullptr;
  }

  /** The same, and the handle has no object from now on: the caller owns it. */
  Object *Take(napi_env env, napi_value handle) {
    Object *object = Find(env, handle);
    uint32_t i = 0;
    if (object == nullptr || napi_get_value_uint32(env, handle, &i) != napi_ok)
      return nullptr;
    slot_[i] = {nullptr, free_};
    free_ = i;
    return object;
  }

private:
  struct Slot {
    Object *object;
    uint32_t next;
  };

  static constexpr uint32_t kFirst = 8;
  /** INT32_MAX, so that a handle is a small integer in JavaScript. */
  static constexpr uint32_t kMost = uint32_t{1} << 30;

  bool Grow() {
    if (size_ >= kMost) return false;
    uint32_t size = size_ == 0 ? kFirst : 2 * size_;
    void *grown = std::realloc(slot_, size * sizeof(Slot));
    if (grown == nullptr) return false;
    slot_ = static_cast<Slot *>(grown);
    // Slot 0 has no object, and ends the list of free ones.
    for (uint32_t i = size - 1; i >= size_ && i > 0; i--) {
      slot_[i] = {nullptr, free_};
      free_ = i;
    }
    if (size_ == 0) slot_[0] = {nullptr, 0};
    size_ = size;
    return true;
  }

  Slot *slot_ = nullptr;
  uint32_t size_ = 0;
  uint32_t free_ = 0;
};

#endif
