"""A client of an ESP's ROM loader over pyserial, independent of the app's own.

esp-client.py PORT boot           resets the board into its app and prints its output, up to the app's first line
esp-client.py PORT md5 ADDR SIZE  resets it into its loader and prints the ROM's MD5 of a range of its flash

Sources: the serial protocol in esptool's documentation; the reset sequences of its reset.py (ClassicReset, HardReset).
"""
import struct
import sys
import time

import serial

SYNC, SPI_ATTACH, SPI_FLASH_MD5 = 0x08, 0x0D, 0x13


def slip(packet):
    return b"\xc0" + packet.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + b"\xc0"


def frames(port):
    """Yields packets until the port has been silent for its timeout."""
    buffer = b""
    while True:
        byte = port.read(1)
        if byte == b"":
            return
        buffer += byte
        if byte == b"\xc0":
            packet = buffer[:-1]
            buffer = b""
            if packet:
                yield packet.replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb")


def command(port, code, data, tries=1):
    for _ in range(tries):
        port.write(slip(struct.pack("<BBHI", 0, code, len(data), 0) + data))
        for packet in frames(port):
            if len(packet) >= 10 and packet[0] == 1 and packet[1] == code:
                return packet[8:]
    raise SystemExit("no answer to command 0x%02x" % code)


def boot(port):
    port.dtr = False
    port.rts = True
    time.sleep(0.1)
    port.reset_input_buffer()
    port.rts = False
    said = b""
    while b"raft-demo" not in said:
        line = port.readline()
        if line == b"":
            raise SystemExit("silent after: %r" % said)
        said += line
    sys.stdout.write(said.decode("latin1"))


def digest(port, address, size):
    port.dtr = False
    port.rts = True
    time.sleep(0.1)
    port.dtr = True
    port.rts = False
    time.sleep(0.1)
    port.dtr = False
    port.reset_input_buffer()
    port.timeout = 0.3
    command(port, SYNC, b"\x07\x07\x12\x20" + 32 * b"\x55", tries=10)
    command(port, SPI_ATTACH, struct.pack("<II", 0, 0))
    port.timeout = 20
    answer = command(port, SPI_FLASH_MD5, struct.pack("<IIII", address, size, 0, 0))
    print(answer[:32].decode())


with serial.Serial(sys.argv[1], 115200, timeout=5) as opened:
    if sys.argv[2] == "boot":
        boot(opened)
    else:
        digest(opened, int(sys.argv[3], 0), int(sys.argv[4], 0))
