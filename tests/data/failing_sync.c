/* Loaded before libc (LD_PRELOAD): as long as the file that RESTANTE_FAULT names exists, what is to
 * be brought to the disk below a path with RESTANTE_FAULT_AT in it fails with EIO. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(int file) {
    const char *flag = getenv("RESTANTE_FAULT"), *at = getenv("RESTANTE_FAULT_AT");
    char link[64], path[4096];
    ssize_t length;
    if (!flag || !at || access(flag, F_OK) != 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, at) != NULL;
}

static int through(const char *name, int file) {
    int (*real)(int);
    if (fails(file)) {
        errno = EIO;
        return -1;
    }
    *(void **)&real = dlsym(RTLD_NEXT, name);
    return real(file);
}

int fsync(int file) { return through("fsync", file); }
int fdatasync(int file) { return through("fdatasync", file); }
