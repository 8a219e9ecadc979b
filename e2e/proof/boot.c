/*
 * A small boot program that checks a user module as Particle's system firmware does: the start address, an end within
 * the flash, the platform, then the CRC. If all are right it starts the module, otherwise it prints why it stays in safe
 * mode.
 */
#include "board.h"

static uint32_t reversed(uint32_t word) {
  return word >> 24 | (word >> 8 & 0xFF00) | (word << 8 & 0xFF0000) | word << 24;
}

static const char *complaint(const struct module *user) {
  if (user->start != USER || user->end > 0x08100000) return "no user module";
  if (user->platform != PLATFORM) return "a module for another platform";
  uint32_t length = user->end - user->start;
  if (length == 0 || crc32((const uint8_t *)USER, length, 0) != reversed(*(const uint32_t *)user->end)) return "wrong CRC";
  return 0;
}

void reset(void) {
  USART1_CR1 = USART_ON;
  const struct module *user = (const struct module *)USER;
  const char *why = complaint(user);
  if (why != 0) {
    put("boot: safe mode, ");
    put(why);
    put("\nend\n");
  } else {
    put("boot: starting user module, version ");
    put_number(user->version);
    put("\n");
    /* The entry point follows the header. */
    void (*entry)(void) = *(void (**)(void))(USER + sizeof(struct module));
    entry();
  }
  for (;;) {
  }
}

__attribute__((section(".vectors"), used)) const uint32_t vectors[2] = {0x20020000, (uint32_t)reset};
