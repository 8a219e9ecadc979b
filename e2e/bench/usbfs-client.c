/* usbfs-client NODE REQUEST...: a program that does not look while a device is unplugged.
 *
 * It submits a vendor request (64 bytes in) for each REQUEST, waits until usbfs reports that the device is gone, and only
 * then reaps.  It prints the result of each transfer, "status: bytes", and finally the error that ends the reaping. */
#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

enum { ROOM = 64, SETUP = 8 };

static void submit(int fd, int request)
{
  struct usbdevfs_urb *urb = calloc(1, sizeof *urb);
  uint8_t *buffer = calloc(1, SETUP + ROOM);
  buffer[0] = 0xc1; /* in, vendor, interface */
  buffer[1] = (uint8_t)request;
  buffer[6] = ROOM;
  urb->type = USBDEVFS_URB_TYPE_CONTROL;
  urb->buffer = buffer;
  urb->buffer_length = SETUP + ROOM;
  ioctl(fd, USBDEVFS_SUBMITURB, urb); /* the device may be gone already: then there is less to reap */
}

int main(int count, char **argument)
{
  int fd = count > 1 ? open(argument[1], O_RDWR) : -1;
  struct pollfd gone = { .fd = fd, .events = 0 };
  struct usbdevfs_urb *urb;
  if (fd < 0) return 2;
  for (int i = 2; i < count; i++) submit(fd, atoi(argument[i]));
  while (!(gone.revents & POLLERR)) poll(&gone, 1, -1);
  while (!ioctl(fd, USBDEVFS_REAPURBNDELAY, &urb)) {
    printf("%d:", urb->status);
    for (int i = 0; i < urb->actual_length; i++) printf(" %d", ((uint8_t *)urb->buffer)[SETUP + i]);
    puts("");
  }
  puts(strerror(errno));
  return 0;
}
