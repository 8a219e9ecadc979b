/* The extension: its header, the functions for the application, and its data. */
#include "board.h"

#define IN_EXTENSION __attribute__((section(".extension")))
#define CONSTANT_IN_EXTENSION __attribute__((section(".extension.rodata")))

extern const uint8_t extension_table[];

/* Length and CRC are left open: Sectorwise fills them in. */
__attribute__((section(".extension_header"), used)) const struct extension extension_header = {
  {'S', 'E', 'C', 'T', 'W', 'E', 'X', 'T'},
  1,
  sizeof(struct extension),
  0xFFFFFFFF,
  EXTENSION_VERSION,
  EXTENSION,
  0,
  0,
};

CONSTANT_IN_EXTENSION static const char code_at[] = "extension: code runs at ";
CONSTANT_IN_EXTENSION static const char data_at[] = ", data at ";
CONSTANT_IN_EXTENSION static const char end_of_line[] = "\n";
CONSTANT_IN_EXTENSION static const char picture[] = "picture";

IN_EXTENSION static void greet(void (*say)(const char *), void (*tell)(uint32_t)) {
  uint32_t here;
  __asm__ volatile("mov %0, pc" : "=r"(here));
  say(code_at);
  tell(here);
  say(data_at);
  tell((uint32_t)code_at);
  say(end_of_line);
}

__attribute__((section(".extension_entry"), used)) static const struct services services = {
  greet,
  picture,
  extension_table,
  TABLE_SIZE,
};

__asm__(".section .extension.rodata.bulk, \"a\"\n.global extension_table\nextension_table: .fill " TABLE ", 1, 0x5A\n");
