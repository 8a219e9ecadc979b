/* libudev, as far as Chromium and libusb use it, answered from the files of the bench's folder. */
#include "vbench.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* Parameters of libudev that this bench ignores. */
#define UNUSED(parameter) parameter __attribute__((unused))

struct udev_list_entry {
  char *name, *value;
  struct udev_list_entry *next;
};
struct udev {
  int refs;
};
struct udev_device {
  int refs;
  char *id, *syspath, *action;
  struct udev_list_entry *properties, *attributes;
};
struct udev_enumerate {
  int refs;
  char *subsystem;
  struct udev_list_entry *found;
};
struct udev_monitor {
  int refs, fd;
  char *subsystem;
};

/* ------------------------------------------------------------ lists and files */

static struct udev_list_entry *entry(struct udev_list_entry *next, const char *name, const char *value)
{
  struct udev_list_entry *e = malloc(sizeof *e);
  e->name = strdup(name);
  e->value = value ? strdup(value) : NULL;
  e->next = next;
  return e;
}

static void free_entries(struct udev_list_entry *e)
{
  while (e) {
    struct udev_list_entry *next = e->next;
    free(e->name);
    free(e->value);
    free(e);
    e = next;
  }
}

static const char *value_of(const struct udev_list_entry *e, const char *name)
{
  for (; e; e = e->next)
    if (strcmp(e->name, name) == 0) return e->value;
  return NULL;
}

static char *below_bench(const char *folder, const char *id)
{
  char *path = NULL;
  return asprintf(&path, "%s/%s/%s", bench_folder(), folder, id) < 0 ? NULL : path;
}

static FILE *open_text(const char *path)
{
  return REAL(fopen)(path, "r");
}

/* A device read from its file of KEY=VALUE lines, or NULL. */
static struct udev_device *load(const char *folder, const char *id, const char *action)
{
  char *path = below_bench(folder, id), line[1024];
  FILE *file = open_text(path);
  free(path);
  if (!file) return NULL;
  struct udev_device *d = calloc(1, sizeof *d);
  d->refs = 1;
  d->id = strdup(id);
  d->syspath = below_bench("sys", id);
  d->action = action ? strdup(action) : NULL;
  while (fgets(line, sizeof line, file)) {
    char *equals = strchr(line, '=');
    line[strcspn(line, "\n")] = 0;
    if (!equals) continue;
    *equals = 0;
    d->properties = entry(d->properties, line, equals + 1);
  }
  fclose(file);
  return d;
}

static int matches(const struct udev_device *d, const char *subsystem)
{
  const char *own = value_of(d->properties, "SUBSYSTEM");
  return !subsystem || (own && strcmp(own, subsystem) == 0);
}

static void replace(char **text, const char *by)
{
  if (!by) return;
  free(*text);
  *text = strdup(by);
}

EXPORT const char *udev_list_entry_get_name(struct udev_list_entry *e) { return e ? e->name : NULL; }
EXPORT const char *udev_list_entry_get_value(struct udev_list_entry *e) { return e ? e->value : NULL; }
EXPORT struct udev_list_entry *udev_list_entry_get_next(struct udev_list_entry *e) { return e ? e->next : NULL; }

/* ------------------------------------------------------------------- lifetimes */

#define REFS(type, cleanup)                                     \
  EXPORT struct type *type##_ref(struct type *x)                \
  {                                                             \
    x->refs++;                                                  \
    return x;                                                   \
  }                                                             \
  EXPORT struct type *type##_unref(struct type *x)              \
  {                                                             \
    if (x && --x->refs == 0) {                                  \
      cleanup;                                                  \
      free(x);                                                  \
    }                                                           \
    return NULL;                                                \
  }
#define FREE_DEVICE(d)                                          \
  (free(d->id), free(d->syspath), free(d->action), free_entries(d->properties), free_entries(d->attributes))
REFS(udev, (void)0)
REFS(udev_device, FREE_DEVICE(x))
REFS(udev_enumerate, (free(x->subsystem), free_entries(x->found)))
REFS(udev_monitor, (close(x->fd), free(x->subsystem)))

EXPORT struct udev *udev_new(void)
{
  struct udev *u = calloc(1, sizeof *u);
  u->refs = 1;
  return u;
}

/* ------------------------------------------------------------ what is plugged in */

EXPORT struct udev_enumerate *udev_enumerate_new(UNUSED(struct udev *u))
{
  struct udev_enumerate *e = calloc(1, sizeof *e);
  e->refs = 1;
  return e;
}

EXPORT int udev_enumerate_add_match_subsystem(struct udev_enumerate *e, const char *subsystem)
{
  replace(&e->subsystem, subsystem);
  return 0;
}

EXPORT int udev_enumerate_add_match_property(UNUSED(struct udev_enumerate *e), UNUSED(const char *name),
                                             UNUSED(const char *value))
{
  return 0;
}

EXPORT int udev_enumerate_scan_devices(struct udev_enumerate *e)
{
  char *path = below_bench("devices", "");
  DIR *folder = REAL(opendir)(path);
  free(path);
  for (struct dirent *d; folder && (d = readdir(folder));) {
    struct udev_device *device = d->d_name[0] == '.' ? NULL : load("devices", d->d_name, NULL);
    if (device && matches(device, e->subsystem)) e->found = entry(e->found, device->syspath, NULL);
    udev_device_unref(device);
  }
  if (folder) closedir(folder);
  return 0;
}

EXPORT struct udev_list_entry *udev_enumerate_get_list_entry(struct udev_enumerate *e) { return e->found; }

/* ------------------------------------------------------- plugging in and pulling out */

EXPORT struct udev_monitor *udev_monitor_new_from_netlink(UNUSED(struct udev *u), UNUSED(const char *name))
{
  struct udev_monitor *m = calloc(1, sizeof *m);
  char *path = below_bench("devices", "");
  m->refs = 1;
  m->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  inotify_add_watch(m->fd, path, IN_MOVED_TO | IN_MOVED_FROM);
  free(path);
  return m;
}

EXPORT int udev_monitor_filter_add_match_subsystem_devtype(struct udev_monitor *m, const char *subsystem,
                                                           UNUSED(const char *devtype))
{
  replace(&m->subsystem, subsystem);
  return 0;
}

EXPORT int udev_monitor_enable_receiving(UNUSED(struct udev_monitor *m)) { return 0; }
EXPORT int udev_monitor_get_fd(struct udev_monitor *m) { return m->fd; }

EXPORT struct udev_device *udev_monitor_receive_device(struct udev_monitor *m)
{
  _Alignas(struct inotify_event) char one[sizeof(struct inotify_event) + 256];
  /* One event a call, so that the descriptor stays readable while there are more: the room is for a name of up to 15
   * characters, which is why ids are no longer; the second try is for names that need all of it. */
  ssize_t n = read(m->fd, one, sizeof(struct inotify_event) + 16);
  if (n <= 0) n = read(m->fd, one, sizeof one);
  struct inotify_event *e = (struct inotify_event *)one;
  if (n <= 0 || !e->len) return NULL;
  int added = e->mask & IN_MOVED_TO;
  struct udev_device *d = load(added ? "devices" : "gone", e->name, added ? "add" : "remove");
  if (!d || matches(d, m->subsystem)) return d;
  udev_device_unref(d);
  return NULL;
}

/* ------------------------------------------------------------------- one device */

EXPORT struct udev_device *udev_device_new_from_syspath(UNUSED(struct udev *u), const char *syspath)
{
  const char *slash = syspath ? strrchr(syspath, '/') : NULL;
  return slash ? load("devices", slash + 1, NULL) : NULL;
}

EXPORT struct udev_device *udev_device_new_from_subsystem_sysname(UNUSED(struct udev *u), UNUSED(const char *subsystem),
                                                                  UNUSED(const char *name))
{
  return NULL;
}

EXPORT struct udev_device *udev_device_new_from_devnum(UNUSED(struct udev *u), UNUSED(char type), UNUSED(dev_t number))
{
  return NULL;
}

EXPORT struct udev_device *udev_device_get_parent(UNUSED(struct udev_device *d)) { return NULL; }
EXPORT struct udev_device *udev_device_get_parent_with_subsystem_devtype(UNUSED(struct udev_device *d),
                                                                         UNUSED(const char *subsystem),
                                                                         UNUSED(const char *devtype))
{
  return NULL;
}

EXPORT const char *udev_device_get_driver(UNUSED(struct udev_device *d)) { return NULL; }
EXPORT const char *udev_device_get_syspath(struct udev_device *d) { return d->syspath; }
EXPORT const char *udev_device_get_sysname(struct udev_device *d) { return d->id; }
EXPORT const char *udev_device_get_action(struct udev_device *d) { return d->action; }
EXPORT const char *udev_device_get_devnode(struct udev_device *d) { return value_of(d->properties, "DEVNAME"); }
EXPORT const char *udev_device_get_devtype(struct udev_device *d) { return value_of(d->properties, "DEVTYPE"); }
EXPORT const char *udev_device_get_subsystem(struct udev_device *d) { return value_of(d->properties, "SUBSYSTEM"); }

EXPORT struct udev_list_entry *udev_device_get_properties_list_entry(struct udev_device *d) { return d->properties; }
EXPORT const char *udev_device_get_property_value(struct udev_device *d, const char *name)
{
  return value_of(d->properties, name);
}

EXPORT const char *udev_device_get_sysattr_value(struct udev_device *d, const char *name)
{
  char path[1024], text[256];
  const char *known = value_of(d->attributes, name);
  if (known) return known;
  snprintf(path, sizeof path, "%s/%s", d->syspath, name);
  FILE *file = open_text(path);
  if (!file) return NULL;
  text[fread(text, 1, sizeof text - 1, file)] = 0;
  fclose(file);
  text[strcspn(text, "\n")] = 0;
  d->attributes = entry(d->attributes, name, text);
  return d->attributes->value;
}
