/*
 * sets: the trust sets of an environment, by handle. A handle is a number, so
 * JavaScript needs no object of the addon for a set: making a function for each
 * took 1 to 2 us, and more with the garbage it left.
 *
 *   slot   0        1        2        3
 *   set    -        set      -        set      a slot without a set is free
 *   next   2        -        0        -        the free ones form a list, from
 * 0
 */
#ifndef PA_SETS_H
#define PA_SETS_H

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "../core/trust_set.h"

class Sets {
public:
  Sets() = default;
  Sets(const Sets &) = delete;
  Sets &operator=(const Sets &) = delete;
  ~Sets() {
    for (uint32_t i = 0; i < size_; i++)
      pa_trust_set_free(slot_[i].set);
    std::free(slot_);
  }

  /**
   * Keeps a set until it is taken.
   *
   * @return its handle, at least 1; 0 if memory ran out
   */
  uint32_t Add(pa_trust_set *set) {
    if (free_ == 0 && !Grow()) return 0;
    uint32_t handle = free_;
    free_ = slot_[handle].next;
    slot_[handle].set = set;
    return handle;
  }

  /**
   * Makes the Uint32Array of one number in which JavaScript says which set to
   * ask. To read a handle there takes 3 to 4 ns less than as an argument.
   *
   * @return nullptr if memory ran out
   */
  napi_value MakeAsked(napi_env env) {
    napi_value buffer = nullptr, array = nullptr;
    napi_ref kept = nullptr;
    void *memory = nullptr;
    if (napi_create_arraybuffer(env, sizeof *asked_, &memory, &buffer) !=
            napi_ok ||
        napi_create_typedarray(env, napi_uint32_array, 1, buffer, 0, &array) !=
            napi_ok ||
        // As long as the environment.
        napi_create_reference(env, array, 1, &kept) != napi_ok)
      return nullptr;
    asked_ = static_cast<uint32_t *>(memory);
    return array;
  }

  /** Returns the set to ask; NULL if the number there is not a handle. */
  const pa_trust_set *asked() const {
    return Find(*asked_);
  }

  /** Takes a set away: its handle has none from now on, the caller owns it. */
  pa_trust_set *Take(uint32_t handle) {
    pa_trust_set *set = Find(handle);
    if (set == nullptr) return nullptr;
    slot_[handle] = {nullptr, free_};
    free_ = handle;
    return set;
  }

private:
  struct Slot {
    pa_trust_set *set;
    uint32_t next;
  };

  static constexpr uint32_t kFirst = 8;
  /** INT32_MAX, so that a handle is a small integer in JavaScript. */
  static constexpr uint32_t kMost = uint32_t{1} << 30;

  pa_trust_set *Find(uint32_t handle) const {
    return handle < size_ ? slot_[handle].set : nullptr;
  }

  bool Grow() {
    if (size_ >= kMost) return false;
    uint32_t size = size_ == 0 ? kFirst : 2 * size_;
    void *grown = std::realloc(slot_, size * sizeof(Slot));
    if (grown == nullptr) return false;
    slot_ = static_cast<Slot *>(grown);
    // Slot 0 has no set, and ends the list of free ones.
    for (uint32_t i = size - 1; i >= size_ && i > 0; i--) {
      slot_[i] = {nullptr, free_};
      free_ = i;
    }
    if (size_ == 0) slot_[0] = {nullptr, 0};
    size_ = size;
    return true;
  }

  const uint32_t *asked_ = nullptr;
  Slot *slot_ = nullptr;
  uint32_t size_ = 0;
  uint32_t free_ = 0;
};

#endif
