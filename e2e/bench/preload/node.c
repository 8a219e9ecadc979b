/* An opened device node, and its frames on the socket to the test. */
#include "vbench.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct node *nodes;
static pthread_mutex_t nodes_lock = PTHREAD_MUTEX_INITIALIZER;

static int write_all(int fd, const void *data, size_t size)
{
  for (const char *p = data; size;) {
    ssize_t n = send(fd, p, size, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    p += n;
    size -= (size_t)n;
  }
  return 0;
}

int read_all(int fd, void *data, size_t size)
{
  for (char *p = data; size;) {
    ssize_t n = recv(fd, p, size, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    p += n;
    size -= (size_t)n;
  }
  return 0;
}

int send_frame(struct node *node, char type, const void *a, size_t na, const void *b, size_t nb)
{
  uint8_t head[5];
  uint32_t size = (uint32_t)(na + nb);
  if (node->gone) return -1;
  memcpy(head, &size, 4);
  head[4] = (uint8_t)type;
  if (write_all(node->peer, head, sizeof head)) return -1;
  if (na && write_all(node->peer, a, na)) return -1;
  if (nb && write_all(node->peer, b, nb)) return -1;
  return 0;
}

int read_frame(int peer, char *type, uint8_t **body, uint32_t *size)
{
  uint8_t head[5];
  *body = NULL; /* otherwise the caller would free the previous frame's body twice */
  if (read_all(peer, head, sizeof head)) return -1;
  memcpy(size, head, 4);
  *type = (char)head[4];
  *body = malloc((size_t)*size + 1);
  if (*body && read_all(peer, *body, *size) == 0) return 0;
  free(*body);
  *body = NULL;
  return -1;
}

/* The test's answer to an opening: 0 or a negative errno. */
static int read_verdict(int peer)
{
  char type;
  uint8_t *body;
  uint32_t size;
  int32_t status = -ENOENT;
  if (read_frame(peer, &type, &body, &size)) return status;
  if (type == 'A' && size == 8) memcpy(&status, body + 4, 4);
  free(body);
  return status;
}

int dial(const char *name)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int status = -ENOENT, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", bench_folder());
  if (fd >= 0 && REAL(connect)(fd, (struct sockaddr *)&address, sizeof address) == 0) {
    struct node greeting = { .peer = fd };
    if (send_frame(&greeting, 'O', name, strlen(name), NULL, 0) == 0) status = read_verdict(fd);
  }
  if (status == 0) return fd;
  if (fd >= 0) close(fd);
  errno = -status;
  return -1;
}

struct node *node_new(const char *name, int peer, int fd, int other)
{
  struct node *node = calloc(1, sizeof *node);
  node->name = strdup(name);
  node->peer = peer;
  node->fd = fd;
  node->other = other;
  pthread_mutex_init(&node->lock, NULL);
  pthread_cond_init(&node->changed, NULL);
  return node;
}

int node_publish(struct node *node, void *(*worker)(void *))
{
  struct stat st;
  pthread_t thread;
  fstat(node->fd, &st);
  node->inode = st.st_ino;
  node->device = st.st_dev;
  node->special = st.st_rdev;
  pthread_mutex_lock(&nodes_lock);
  node->next = nodes;
  /* Nodes are small and stay until the program ends, so that the list can be walked without a lock. */
  __atomic_store_n(&nodes, node, __ATOMIC_RELEASE);
  pthread_mutex_unlock(&nodes_lock);
  if (pthread_create(&thread, NULL, worker, node) == 0) pthread_detach(thread);
  else node_end(node);
  return node->fd;
}

/* Chromium defines close() itself, so a preloaded one is never called: a descriptor counts only while it still
 * is the same file. */
static int is_open(const struct node *node)
{
  struct stat st;
  return fstat(node->fd, &st) == 0 && st.st_ino == node->inode && st.st_dev == node->device &&
         st.st_rdev == node->special;
}

/* Without a lock, as a forked child may come here; the newest is found first, as pseudo-terminals get the same
 * inode again. */
struct node *node_find(int fd)
{
  for (struct node *n = __atomic_load_n(&nodes, __ATOMIC_ACQUIRE); n; n = n->next)
    if (n->fd == fd && is_open(n)) return n;
  return NULL;
}

/* When a port is closed and reopened at another baud rate: without this wait, the new connection could overtake the
 * end of the old one, and the device would see two openings and then a closing. */
void node_await_closed(const char *name)
{
  for (struct node *n = __atomic_load_n(&nodes, __ATOMIC_ACQUIRE); n; n = n->next) {
    if (strcmp(n->name, name) || is_open(n)) continue;
    pthread_mutex_lock(&n->lock);
    while (!n->ended) pthread_cond_wait(&n->changed, &n->lock);
    pthread_mutex_unlock(&n->lock);
  }
}

void node_end(struct node *node)
{
  char rest[4096];
  pthread_mutex_lock(&node->lock);
  node->gone = 1;
  pthread_cond_broadcast(&node->changed);
  close(node->other);
  pthread_mutex_unlock(&node->lock);
  /* The test closes its side once it has read ours to the end. */
  shutdown(node->peer, SHUT_WR);
  while (recv(node->peer, rest, sizeof rest, 0) > 0) continue;
  pthread_mutex_lock(&node->lock);
  close(node->peer);
  node->ended = 1;
  pthread_cond_broadcast(&node->changed);
  pthread_mutex_unlock(&node->lock);
}
