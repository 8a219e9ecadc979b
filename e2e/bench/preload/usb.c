/* A usbfs node: a queue of transfers that the test answers. */
#include "vbench.h"
#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct pending {
  struct pending *next;
  struct usbdevfs_urb *urb;
  uint32_t id;
  int done, status;
  uint32_t size; /* of the data that came in */
  uint8_t *data;
};

static int is_control(const struct usbdevfs_urb *urb) { return urb->type == USBDEVFS_URB_TYPE_CONTROL; }

static int is_in(const struct usbdevfs_urb *urb)
{
  return (is_control(urb) ? ((const uint8_t *)urb->buffer)[0] : urb->endpoint) & 0x80;
}

/* usbfs signals a finished transfer by being writable, and epoll must accept the descriptor: so it is a socket that is
 * kept full until a transfer is finished.  The caller holds the lock. */
static void signal_ready(struct node *node, int ready)
{
  char block[4096] = { 0 };
  if (ready) while (recv(node->other, block, sizeof block, MSG_DONTWAIT) > 0) continue;
  else while (send(node->fd, block, sizeof block, MSG_DONTWAIT | MSG_NOSIGNAL) > 0) continue;
}

/* The caller holds the lock. */
static void finish(struct node *node, struct pending *p, int status, const uint8_t *data, uint32_t size)
{
  p->done = 1;
  p->status = status;
  p->data = malloc((size_t)size + 1);
  p->size = size;
  if (size) memcpy(p->data, data, size);
  if (!node->ready++) signal_ready(node, 1);
}

/* An answer (A) to a request, or the end of a transfer (U): both start with an id and a status. */
static void take_frame(struct node *node, char type, const uint8_t *body, uint32_t size)
{
  uint32_t id;
  int32_t status;
  if (size < 8) return;
  memcpy(&id, body, 4);
  memcpy(&status, body + 4, 4);
  pthread_mutex_lock(&node->lock);
  if (type == 'A') {
    node->answer_id = id;
    node->answer = status;
    pthread_cond_broadcast(&node->changed);
  } else {
    for (struct pending *p = node->transfers; p; p = p->next)
      if (p->id == id && !p->done) finish(node, p, status, body + 8, size - 8);
  }
  pthread_mutex_unlock(&node->lock);
}

static void *usb_worker(void *argument)
{
  struct node *node = argument;
  for (;;) {
    struct pollfd p[2] = { { .fd = node->other, .events = POLLRDHUP }, { .fd = node->peer, .events = POLLIN } };
    char type;
    uint8_t *body;
    uint32_t size;
    poll(p, 2, -1);
    if (p[0].revents & (POLLHUP | POLLRDHUP)) break; /* the program closed the device */
    if (!p[1].revents) continue;
    if (read_frame(node->peer, &type, &body, &size)) { /* the test unplugged it */
      /* What lies unread as the other end is closed makes the hang-up an error (ECONNRESET), as usbfs has it. libusb
       * waits for that error: without it, it would ask for ever for a transfer that never ends.  Gone at once, so that
       * no transfer that is given up now empties the socket again. */
      pthread_mutex_lock(&node->lock);
      node->gone = 1;
      signal_ready(node, 0);
      pthread_mutex_unlock(&node->lock);
      break;
    }
    take_frame(node, type, body, size);
    free(body);
  }
  node_end(node); /* the program sees an error on its descriptor, reaps what is finished, and then gets ENODEV */
  return NULL;
}

int open_usb(const char *name)
{
  int pair[2], small = 4096, peer = dial(name);
  if (peer < 0) return -1;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
    close(peer);
    return -1;
  }
  setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  struct node *node = node_new(name, peer, pair[0], pair[1]);
  node->is_usb = 1;
  signal_ready(node, 0);
  return node_publish(node, usb_worker);
}

/* Makes a request to the test at once, and waits for its answer. */
static int ask(struct node *node, uint32_t what, uint32_t a, uint32_t b)
{
  uint32_t words[4] = { 0, what, a, b };
  int answer = -ENODEV;
  pthread_mutex_lock(&node->lock);
  words[0] = ++node->serial;
  if (send_frame(node, 'Q', words, sizeof words, NULL, 0) == 0) {
    while (!node->gone && node->answer_id != words[0]) pthread_cond_wait(&node->changed, &node->lock);
    if (node->answer_id == words[0]) answer = node->answer;
  }
  pthread_mutex_unlock(&node->lock);
  if (answer >= 0) return answer;
  errno = -answer;
  return -1;
}

static int submit(struct node *node, struct usbdevfs_urb *urb)
{
  struct pending *p = calloc(1, sizeof *p), **end = &node->transfers;
  uint32_t size = (uint32_t)urb->buffer_length;
  uint8_t head[10];
  int failed;
  pthread_mutex_lock(&node->lock);
  p->urb = urb;
  p->id = ++node->serial;
  memcpy(head, &p->id, 4);
  head[4] = urb->type;
  head[5] = urb->endpoint;
  memcpy(head + 6, &size, 4);
  while (*end) end = &(*end)->next;
  *end = p;
  failed = send_frame(node, 'S', head, sizeof head, urb->buffer, is_in(urb) ? (is_control(urb) ? 8 : 0) : size);
  if (failed) {
    *end = NULL;
    free(p);
  }
  pthread_mutex_unlock(&node->lock);
  if (failed) errno = ENODEV;
  return failed;
}

static void fill_urb(struct usbdevfs_urb *urb, const struct pending *p)
{
  int head = is_control(urb) ? 8 : 0; /* the setup packet stays in front of a control transfer's data */
  int room = urb->buffer_length - head, n = (int)p->size < room ? (int)p->size : room;
  urb->status = p->status;
  if (is_in(urb)) {
    if (n > 0) memcpy((uint8_t *)urb->buffer + head, p->data, (size_t)n);
    urb->actual_length = n;
  } else {
    urb->actual_length = p->status ? 0 : room;
  }
}

static int reap(struct node *node, struct usbdevfs_urb **result)
{
  struct pending **at, *p;
  pthread_mutex_lock(&node->lock);
  for (at = &node->transfers; *at && !(*at)->done; at = &(*at)->next) continue;
  p = *at;
  if (p) {
    *at = p->next;
    if (!--node->ready && !node->gone) signal_ready(node, 0);
  }
  int error = node->gone ? ENODEV : EAGAIN;
  pthread_mutex_unlock(&node->lock);
  if (!p) {
    errno = error;
    return -1;
  }
  *result = p->urb;
  fill_urb(p->urb, p);
  free(p->data);
  free(p);
  return 0;
}

static int discard(struct node *node, struct usbdevfs_urb *urb)
{
  int found = -1;
  pthread_mutex_lock(&node->lock);
  for (struct pending *p = node->transfers; p && !node->gone; p = p->next)
    if (p->urb == urb && !p->done) {
      send_frame(node, 'C', &p->id, sizeof p->id, NULL, 0);
      finish(node, p, -ENOENT, NULL, 0);
      found = 0;
    }
  pthread_mutex_unlock(&node->lock);
  if (found) errno = EINVAL;
  return found;
}

int usb_ioctl(struct node *node, unsigned long request, void *argument)
{
  uint32_t *words = argument;
  if (node->gone && request != USBDEVFS_REAPURBNDELAY) {
    errno = ENODEV;
    return -1;
  }
  switch (request) {
  case USBDEVFS_SUBMITURB: return submit(node, argument);
  case USBDEVFS_REAPURBNDELAY: return reap(node, argument);
  case USBDEVFS_DISCARDURB: return discard(node, argument);
  case USBDEVFS_GET_CAPABILITIES: *words = USBDEVFS_CAP_REAP_AFTER_DISCONNECT; return 0;
  case USBDEVFS_GET_SPEED: return 2; /* full speed */
  case USBDEVFS_GETDRIVER:
  case USBDEVFS_IOCTL: errno = ENODATA; return -1; /* no kernel driver is bound */
  case USBDEVFS_SETCONFIGURATION: return ask(node, 'c', words[0], 0);
  case USBDEVFS_SETINTERFACE: return ask(node, 'i', words[0], words[1]);
  case USBDEVFS_CLAIMINTERFACE:
  case USBDEVFS_DISCONNECT_CLAIM: return ask(node, '+', words[0], 0);
  case USBDEVFS_RELEASEINTERFACE: return ask(node, '-', words[0], 0);
  case USBDEVFS_CLEAR_HALT: return ask(node, 'h', words[0], 0);
  case USBDEVFS_RESET: return ask(node, 'r', 0, 0);
  }
  errno = ENOTTY;
  return -1;
}
