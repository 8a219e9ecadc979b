/* A serial port: a pseudo-terminal, plus the modem lines and the baud rate that it lacks. */
#include "vbench.h"
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BREAK 0x10000 /* kept beside the TIOCM_... bits, where the kernel has no such bit */

/* The caller holds the node's lock, or is the only one who knows the node. */
static void set_lines(struct node *node, int lines)
{
  uint8_t bits = (uint8_t)((lines & TIOCM_DTR ? 1 : 0) | (lines & TIOCM_RTS ? 2 : 0) | (lines & BREAK ? 4 : 0));
  node->lines = lines;
  send_frame(node, 'L', &bits, 1, NULL, 0);
}

/* Program to test: whatever is available.  -1 once the program has closed the port. */
static int pump_out(struct node *node, uint8_t *buffer, size_t room)
{
  ssize_t n = read(node->other, buffer, room);
  if (n <= 0) return -1;
  pthread_mutex_lock(&node->lock);
  send_frame(node, 'D', buffer, (size_t)n, NULL, 0);
  pthread_mutex_unlock(&node->lock);
  return 0;
}

/* Copies bytes between the pseudo-terminal's master and the test.  The next frame is read only when all bytes of the
 * one before have gone into the terminal: so a slow reader throttles the device through the socket. */
static void *serial_worker(void *argument)
{
  struct node *node = argument;
  static const size_t room = 1 << 16;
  uint8_t *out = malloc(room), *in = NULL;
  uint32_t at = 0, size = 0;
  for (;;) {
    int waiting = at < size;
    struct pollfd p[2] = {
      { .fd = node->other, .events = (short)(POLLIN | (waiting ? POLLOUT : 0)) },
      { .fd = waiting ? -1 : node->peer, .events = POLLIN },
    };
    poll(p, 2, -1);
    if (p[0].revents & POLLIN) {
      if (pump_out(node, out, room)) break;
    } else if (p[0].revents & (POLLHUP | POLLERR)) {
      break; /* the program closed the port, and all it wrote before has been read */
    }
    if (p[0].revents & POLLOUT && waiting) {
      ssize_t n = write(node->other, in + at, size - at);
      if (n > 0) at += (uint32_t)n;
    }
    if (p[1].revents) {
      char type;
      free(in);
      at = size = 0;
      if (read_frame(node->peer, &type, &in, &size)) break; /* the test unplugged the adapter */
      if (type == 'I' && size == 4) memcpy(&node->inputs, in, 4);
      if (type != 'D') size = 0;
    }
  }
  node_end(node); /* closing the master hangs up the program's side, as the kernel does */
  free(out);
  free(in);
  return NULL;
}

/* A raw pseudo-terminal: its slave, or -1 and errno. */
static int open_terminal(int flags, int *master)
{
  char path[64];
  struct termios2 t;
  int slave = -1;
  *master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (*master < 0) return -1;
  if (grantpt(*master) == 0 && unlockpt(*master) == 0 && ptsname_r(*master, path, sizeof path) == 0)
    slave = REAL(open)(path, flags | O_NOCTTY);
  if (slave < 0) {
    close(*master);
    return -1;
  }
  REAL(ioctl)(slave, TCGETS2, &t);
  t.c_lflag = t.c_iflag = t.c_oflag = 0;
  REAL(ioctl)(slave, TCSETS2, &t);
  return slave;
}

int open_serial(const char *name, int flags)
{
  int peer, master, slave;
  node_await_closed(name);
  peer = dial(name);
  if (peer < 0) return -1;
  slave = open_terminal(flags, &master);
  if (slave < 0) {
    close(peer);
    return -1;
  }
  struct node *node = node_new(name, peer, slave, master);
  set_lines(node, TIOCM_DTR | TIOCM_RTS); /* the kernel raises both when a port is opened */
  return node_publish(node, serial_worker);
}

static int set_speed(struct node *node, unsigned long request, void *argument)
{
  struct termios2 t;
  int result = REAL(ioctl)(node->fd, request, argument);
  REAL(ioctl)(node->fd, TCGETS2, &t); /* the kernel has decoded the baud rate */
  uint32_t speed = t.c_ospeed;
  pthread_mutex_lock(&node->lock);
  send_frame(node, 'B', &speed, sizeof speed, NULL, 0);
  pthread_mutex_unlock(&node->lock);
  return result;
}

int serial_ioctl(struct node *node, unsigned long request, void *argument)
{
  int *bits = argument, result = 0, ours = 1;
  if (request == TCSETS2 || request == TCSETSW2 || request == TCSETSF2) return set_speed(node, request, argument);
  pthread_mutex_lock(&node->lock);
  if (node->gone) {
    errno = EIO;
    result = -1;
  } else switch (request) {
  case TIOCMGET: *bits = node->lines | node->inputs; break;
  case TIOCMBIS: set_lines(node, node->lines | *bits); break;
  case TIOCMBIC: set_lines(node, node->lines & ~*bits); break;
  case TIOCMSET: set_lines(node, (node->lines & BREAK) | *bits); break;
  case TIOCSBRK: set_lines(node, node->lines | BREAK); break;
  case TIOCCBRK: set_lines(node, node->lines & ~BREAK); break;
  default: ours = 0;
  }
  pthread_mutex_unlock(&node->lock);
  return ours ? result : REAL(ioctl)(node->fd, request, argument);
}
