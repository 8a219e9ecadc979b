/*
 * A user module with its own code and data. Built with an extension, it checks that first, and runs without it if it is
 * missing, damaged, or of another version.
 */
#include "board.h"

extern char module_start, module_end;
void app(void);

__attribute__((section(".module_info"), used)) const struct module module_info = {
  (uint32_t)&module_start, (uint32_t)&module_end, 0, 0, APP_VERSION, PLATFORM, 5, 1, 0, 0,
};
__attribute__((section(".module_entry"), used)) void (*const module_entry)(void) = app;

/* As a build leaves them before its last step; Sectorwise fills them in. */
__attribute__((section(".module_suffix"), used)) const struct {
  uint16_t reserved;
  uint8_t sha[32];
  uint16_t size;
} __attribute__((packed)) module_suffix = {
  0,
  {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16,
   17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32},
  36,
};
__attribute__((section(".module_crc"), used)) const uint32_t module_crc = 0x12345678;

/* A table with a known sum, which makes the module large. */
__asm__(".section .rodata.bulk, \"a\"\n.global app_table\napp_table: .fill " TABLE ", 1, 0xA5\n");
extern const uint8_t app_table[];

static uint32_t sum(const uint8_t *data, uint32_t size) {
  uint32_t total = 0;
  while (size-- > 0) total += *data++;
  return total;
}

/* After the table: in a module of more than 128 KiB this code is in the second sector. */
__attribute__((section(".far"), noinline)) static void tell_far(void) {
  put("app: code at ");
  put_hex((uint32_t)&tell_far & ~1u);
  put(", table at ");
  put_hex((uint32_t)app_table);
  put(" sums to ");
  put_number(sum(app_table, TABLE_SIZE));
  put("\n");
}

#ifdef EXTENSION
static void say(const char *text) { put(text); }
static void tell(uint32_t value) { put_hex(value); }

static int is_extension(const struct extension *header) {
  for (int i = 0; i < 8; i++) {
    if (header->magic[i] != "SECTWEXT"[i]) return 0;
  }
  return header->format == 1 && header->header_size == sizeof *header && header->address == (uint32_t)header;
}

static void use_extension(const struct extension *header) {
  if (!is_extension(header)) {
    put("app: no extension, running without it\n");
    return;
  }
  if (header->version != EXTENSION_WANTED) {
    put("app: extension version ");
    put_number(header->version);
    put(", made for version ");
    put_number(EXTENSION_WANTED);
    put(": running without it\n");
    return;
  }
  const uint8_t *bytes = (const uint8_t *)header;
  uint32_t crc = header->length > 0x20000 ? 0 : crc32(bytes, 28, 0);
  if (header->length > 0x20000 || crc32(bytes + 32, header->length - 32, crc) != header->crc) {
    put("app: extension damaged, running without it\n");
    return;
  }
  const struct services *services = (const struct services *)(header + 1);
  services->greet(say, tell);
  put("app: extension's ");
  put(services->picture);
  put(" sums to ");
  put_number(sum(services->table, services->table_size));
  put("\n");
}
#endif

void app(void) {
  put("app: version ");
  put_number(APP_VERSION);
  put("\n");
  tell_far();
#ifdef EXTENSION
  use_extension((const struct extension *)EXTENSION);
#endif
  put("end\n");
  for (;;) {
  }
}
