/* The paths that are redirected into the bench's folder, and the libc calls that are replaced for that. */
#include "vbench.h"
#include <asm/termbits.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

const char *bench_folder(void)
{
  static const char *folder;
  if (!folder) folder = getenv("VBENCH_DIR");
  return folder;
}

/* The redirected form of a system path, or the path itself. */
static const char *redirect(const char *path, char *buffer, size_t size)
{
  static const char *const moved[][2] = {
    { "/sys/bus/usb/devices", "/sys" },
    { "/dev/bus/usb", "/dev/bus/usb" },
    { "/dev/ttyUSB", "/dev/ttyUSB" },
    { "/dev/ttyACM", "/dev/ttyACM" },
    { "/etc/chromium/policies", "/policies" },
    { "/etc/opt/chrome/policies", "/policies" },
  };
  if (!path || path[0] != '/' || !bench_folder()) return path;
  for (size_t i = 0; i < sizeof moved / sizeof *moved; i++) {
    size_t n = strlen(moved[i][0]);
    if (strncmp(path, moved[i][0], n)) continue;
    snprintf(buffer, size, "%s%s%s", bench_folder(), moved[i][1], path + n);
    return buffer;
  }
  return path;
}

static int is_node(const char *path, const char *to)
{
  return to != path && strncmp(path, "/dev/", 5) == 0 && REAL(access)(to, F_OK) == 0;
}

static int open_node(const char *path, int flags)
{
  return strncmp(path, "/dev/bus/usb/", 13) == 0 ? open_usb(path) : open_serial(path, flags);
}

EXPORT int ioctl(int fd, unsigned long request, ...)
{
  va_list list;
  va_start(list, request);
  void *argument = va_arg(list, void *);
  va_end(list);
  struct node *node = node_find(fd);
  if (!node) return REAL(ioctl)(fd, request, argument);
  return node->is_usb ? usb_ioctl(node, request, argument) : serial_ioctl(node, request, argument);
}

#define HAS_MODE(flags) ((flags) & O_CREAT || ((flags) & O_TMPFILE) == O_TMPFILE)
#define OPEN(name, declared, passed)                                                           \
  EXPORT int name declared                                                                     \
  {                                                                                            \
    char buffer[512];                                                                          \
    mode_t mode = 0;                                                                           \
    if (HAS_MODE(flags)) {                                                                     \
      va_list list;                                                                            \
      va_start(list, flags);                                                                   \
      mode = va_arg(list, mode_t);                                                             \
      va_end(list);                                                                            \
    }                                                                                          \
    const char *to = redirect(path, buffer, sizeof buffer);                                    \
    if (is_node(path, to) && !(flags & O_DIRECTORY)) return open_node(path, flags);            \
    return REAL(name) passed;                                                                  \
  }
OPEN(open, (const char *path, int flags, ...), (to, flags, mode))
OPEN(open64, (const char *path, int flags, ...), (to, flags, mode))
OPEN(openat, (int at, const char *path, int flags, ...), (at, to, flags, mode))
OPEN(openat64, (int at, const char *path, int flags, ...), (at, to, flags, mode))

/* What open() becomes with _FORTIFY_SOURCE, as in Debian's libusb. */
EXPORT int __open_2(const char *path, int flags) { return open(path, flags); }
EXPORT int __open64_2(const char *path, int flags) { return open64(path, flags); }

#define MOVED(type, name, declared, passed)                         \
  EXPORT type name declared                                         \
  {                                                                 \
    char buffer[512];                                               \
    const char *to = redirect(path, buffer, sizeof buffer);         \
    return REAL(name) passed;                                       \
  }
MOVED(FILE *, fopen, (const char *path, const char *mode), (to, mode))
MOVED(FILE *, fopen64, (const char *path, const char *mode), (to, mode))
MOVED(DIR *, opendir, (const char *path), (to))
MOVED(int, access, (const char *path, int mode), (to, mode))
MOVED(int, stat, (const char *path, struct stat *s), (to, s))
MOVED(int, stat64, (const char *path, struct stat64 *s), (to, s))
MOVED(int, lstat, (const char *path, struct stat *s), (to, s))
MOVED(int, lstat64, (const char *path, struct stat64 *s), (to, s))
MOVED(int, fstatat, (int at, const char *path, struct stat *s, int flags), (at, to, s, flags))
MOVED(int, fstatat64, (int at, const char *path, struct stat64 *s, int flags), (at, to, s, flags))

/* Looks the real functions up early: a forked child must not have to, as another thread may have held the dynamic
 * linker's lock when it was forked. */
__attribute__((constructor)) static void warm_up(void)
{
  int fd;
  if (!bench_folder()) return;
  if ((fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0) {
    ioctl(fd, TCGETS, &(struct termios){ 0 });
    close(fd);
  }
  if ((fd = open64("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0) close(fd);
  if ((fd = openat(AT_FDCWD, "/dev/null", O_RDONLY | O_CLOEXEC)) >= 0) close(fd);
  if ((fd = openat64(AT_FDCWD, "/dev/null", O_RDONLY | O_CLOEXEC)) >= 0) close(fd);
}
