/* What the example's programs need of the chip: its first UART, and functions to print with it. */
#pragma once
#include <stdint.h>

/* RM0033, USART: status, data, baud rate and control registers of USART1; UART clock and pins are left as they are,
   because QEMU's netduino2 has neither. */
#define USART1_SR (*(volatile uint32_t *)0x40011000)
#define USART1_DR (*(volatile uint32_t *)0x40011004)
#define USART1_CR1 (*(volatile uint32_t *)0x4001100C)
#define USART_TXE (1u << 7)
#define USART_ON ((1u << 13) | (1u << 3))

static inline void put_char(char letter) {
  while ((USART1_SR & USART_TXE) == 0) {
  }
  USART1_DR = (uint8_t)letter;
}

static inline void put(const char *text) {
  while (*text != 0) put_char(*text++);
}

static inline void put_hex(uint32_t value) {
  put("0x");
  for (int shift = 28; shift >= 0; shift -= 4) put_char("0123456789ABCDEF"[(value >> shift) & 15]);
}

static inline void put_number(uint32_t value) {
  char digits[10];
  int count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while ((value /= 10) != 0);
  while (count > 0) put_char(digits[--count]);
}

/* zlib's CRC-32; `crc` is the CRC of the preceding bytes. */
static inline uint32_t crc32(const uint8_t *data, uint32_t length, uint32_t crc) {
  crc = ~crc;
  while (length-- > 0) {
    crc ^= *data++;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  return ~crc;
}

/* A module's header: 24 bytes, and the CRC, big endian, at `end`. */
struct module {
  uint32_t start;
  uint32_t end;
  uint8_t reserved;
  uint8_t flags;
  uint16_t version;
  uint16_t platform;
  uint8_t function;
  uint8_t index;
  uint32_t dependency;
  uint32_t dependency2;
};

/* An extension's header: docs/extension.md. */
struct extension {
  char magic[8];
  uint16_t format;
  uint16_t header_size;
  uint32_t reserved;
  uint32_t version;
  uint32_t address;
  uint32_t length;
  uint32_t crc;
};

/* What an application may call in its extension, right after the header; the version identifies this interface. */
struct services {
  void (*greet)(void (*say)(const char *), void (*tell)(uint32_t));
  const char *picture;
  const uint8_t *table;
  uint32_t table_size;
};
