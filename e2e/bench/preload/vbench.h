/* vbench: lets a program see serial ports and USB devices that do not exist.
 *
 * Preloaded into Chromium, dfu-util or any libusb or tty program, it answers libudev from plain files, turns an
 * opened serial port into a pseudo-terminal and an opened usbfs node into a queue of transfers, and passes what
 * the program does on to a unix socket, where a test plays the devices.  Everything lives below $VBENCH_DIR:
 *
 *   devices/<id>   one line for each udev property, KEY=VALUE (DEVNAME, SUBSYSTEM...); moving a file here plugs in a
 *                  device, moving it to gone/ unplugs it
 *   sys/<id>/      its sysfs attributes, one file each
 *   dev/...        an empty file for each device node
 *   policies/      replaces Chromium's folder of managed policies
 *   socket         the test listens here; one connection for each opened node
 *
 * The frames on the socket are listed in README.md.
 *
 *   libc.c    redirected paths and replaced libc calls
 *   udev.c    libudev, answered from the files above
 *   node.c    an opened device node, and its frames
 *   serial.c  a serial port
 *   usb.c     a usbfs node
 */
#pragma once
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Everything else stays hidden, so that no name of ours can shadow one of the program's. */
#define EXPORT __attribute__((visibility("default")))

/* The real function that this library replaces. */
#define REAL(name)                                                        \
  ({                                                                      \
    static __typeof__(&name) real;                                        \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name);         \
    real;                                                                 \
  })

struct pending; /* a USB transfer under way, see usb.c */

/* An opened device node. */
struct node {
  struct node *next;
  char *name;               /* as the program opened it: /dev/ttyUSB0 */
  int is_usb;
  int fd;                   /* the program's descriptor... */
  ino_t inode;              /* ...and the file it was, as numbers are used again */
  dev_t device, special;
  int other;                /* our end of that file */
  int peer;                 /* the socket to the test */

  pthread_mutex_t lock;     /* guards all that follows, and the order of frames on the socket */
  pthread_cond_t changed;
  int gone;                 /* unplugged, or closed by the program */
  int ended;                /* the test has seen the end too */

  int lines, inputs;        /* serial: TIOCM_... bits that the program sets, and that the device sets */

  uint32_t serial;          /* USB: the last id given to a transfer or a request */
  uint32_t answer_id;
  int answer;
  struct pending *transfers; /* in the order they were submitted */
  int ready;                /* how many of them are finished */
};

/* The folder of this bench, or NULL if the program is not on one. */
const char *bench_folder(void);

/* node.c */
int read_all(int fd, void *data, size_t size);
/* Sends one frame made of two parts; the caller holds the node's lock. */
int send_frame(struct node *node, char type, const void *a, size_t na, const void *b, size_t nb);
/* Reads a frame's type and body (to be freed); -1 at the end of the connection. */
int read_frame(int peer, char *type, uint8_t **body, uint32_t *size);
/* Asks the test to open a device: a socket, or -1 and errno. */
int dial(const char *name);
struct node *node_new(const char *name, int peer, int fd, int other);
/* Makes a node findable and starts its worker; returns the program's descriptor. */
int node_publish(struct node *node, void *(*worker)(void *));
/* The node behind a descriptor, or NULL. */
struct node *node_find(int fd);
/* Waits until the test has seen the end of whatever the program closed under this name. */
void node_await_closed(const char *name);
/* Ends a worker: nothing goes to the device any more; the program's side sees a hang-up. */
void node_end(struct node *node);

/* serial.c, usb.c */
int open_serial(const char *name, int flags);
int serial_ioctl(struct node *node, unsigned long request, void *argument);
int open_usb(const char *name);
int usb_ioctl(struct node *node, unsigned long request, void *argument);
