/* Preloaded into an agent under test: a volume that takes no writes or cannot be asked, and a clock that was set.
 *
 * Faults are files in the folder EXAM_MONITOR_FAULTS, and count from the moment they lie there:
 *   write   "ERRNO [PART [PART]]"  writes below EXAM_MONITOR_FAULT_VOLUME fail with that number (28 full, 5 failed, 30 read-only); with parts, only those whose path has one
 *   probe   "ERRNO"         asking for the volume's free space fails
 *   clock   "SECONDS"       the wall clock is ahead by so much; the monotonic clock goes on
 * Only in processes whose program is EXAM_MONITOR_FAULT_PROGRAM: children that are other programs have the real disk and clock.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, #name)

static int hit(void)
{
    static int known = -1;
    if (known >= 0) return known;
    char path[PATH_MAX];
    const char *program = getenv("EXAM_MONITOR_FAULT_PROGRAM");
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length < 0) length = 0;
    path[length] = 0;
    return known = program && strstr(path, program) != NULL;
}

/* Reads a fault into text; 0 when it does not lie there. Looks at the folder at most every 20 ms. */
static int fault(const char *name, int slot, char *text, size_t size)
{
    static struct { long long at; int there; char text[256]; } seen[3];
    static __thread int inside;
    REAL(int, clock_gettime, clockid_t, struct timespec *);
    const char *folder = getenv("EXAM_MONITOR_FAULTS");
    if (!folder || inside || !hit()) return 0;
    struct timespec now;
    real(CLOCK_MONOTONIC, &now);
    long long at = now.tv_sec * 1000LL + now.tv_nsec / 1000000;
    if (seen[slot].at == 0 || at - seen[slot].at > 20)
    {
        int saved = errno;
        inside = 1;
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", folder, name);
        int file = open(path, O_RDONLY | O_CLOEXEC);
        int there = 0;
        if (file >= 0)
        {
            ssize_t length = read(file, seen[slot].text, sizeof seen[slot].text - 1);
            close(file);
            seen[slot].text[length > 0 ? length : 0] = 0;
            there = length > 0;
        }
        seen[slot].there = there;
        seen[slot].at = at;
        inside = 0;
        errno = saved;
    }
    if (!seen[slot].there) return 0;
    snprintf(text, size, "%s", seen[slot].text);
    return 1;
}

static int fails(int file)
{
    char text[256], one[128] = "", other[128] = "", link[64], path[PATH_MAX];
    const char *volume = getenv("EXAM_MONITOR_FAULT_VOLUME");
    if (!volume || !fault("write", 0, text, sizeof text)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    int number = 0;
    sscanf(text, "%d %127s %127s", &number, one, other);
    if (strncmp(path, volume, strlen(volume)) != 0 || (one[0] && !strstr(path, one) && !(other[0] && strstr(path, other)))) return 0;
    errno = number;
    return 1;
}

ssize_t write(int file, const void *bytes, size_t size) { REAL(ssize_t, write, int, const void *, size_t); return fails(file) ? -1 : real(file, bytes, size); }
ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) { REAL(ssize_t, pwrite, int, const void *, size_t, off_t); return fails(file) ? -1 : real(file, bytes, size, at); }
ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) { REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t); return fails(file) ? -1 : real(file, bytes, size, at); }
ssize_t writev(int file, const struct iovec *parts, int count) { REAL(ssize_t, writev, int, const struct iovec *, int); return fails(file) ? -1 : real(file, parts, count); }
ssize_t pwritev(int file, const struct iovec *parts, int count, off_t at) { REAL(ssize_t, pwritev, int, const struct iovec *, int, off_t); return fails(file) ? -1 : real(file, parts, count, at); }
ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t at) { REAL(ssize_t, pwritev64, int, const struct iovec *, int, off64_t); return fails(file) ? -1 : real(file, parts, count, at); }

static int probe_fails(void)
{
    char text[256];
    if (!fault("probe", 1, text, sizeof text)) return 0;
    errno = atoi(text);
    return 1;
}

int statfs(const char *path, struct statfs *facts) { REAL(int, statfs, const char *, struct statfs *); return probe_fails() ? -1 : real(path, facts); }
int statfs64(const char *path, struct statfs64 *facts) { REAL(int, statfs64, const char *, struct statfs64 *); return probe_fails() ? -1 : real(path, facts); }
int statvfs(const char *path, struct statvfs *facts) { REAL(int, statvfs, const char *, struct statvfs *); return probe_fails() ? -1 : real(path, facts); }
int statvfs64(const char *path, struct statvfs64 *facts) { REAL(int, statvfs64, const char *, struct statvfs64 *); return probe_fails() ? -1 : real(path, facts); }

static long long ahead(void)
{
    char text[256];
    return fault("clock", 2, text, sizeof text) ? atoll(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    REAL(int, clock_gettime, clockid_t, struct timespec *);
    int result = real(clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += ahead();
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    REAL(int, gettimeofday, struct timeval *restrict, void *restrict);
    int result = real(now, zone);
    if (result == 0) now->tv_sec += ahead();
    return result;
}

time_t time(time_t *now)
{
    struct timespec is;
    clock_gettime(CLOCK_REALTIME, &is);
    if (now) *now = is.tv_sec;
    return is.tv_sec;
}
