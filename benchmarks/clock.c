/* A wall clock that is off by the seconds that the file named by KHIEN_CLOCK says; preloaded (ld.so(8)).
 *
 *     cc -shared -fPIC -o clock.so clock.c
 *
 * Python asks for the time of day by clock_gettime(CLOCK_REALTIME) alone. The monotonic clock stays as it is: it is what
 * sleeping and waiting go by, and no clock that is set can change it.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = syscall(SYS_clock_gettime, clock, now);
    const char *name = getenv("KHIEN_CLOCK");
    FILE *file = clock == CLOCK_REALTIME && name ? fopen(name, "re") : NULL;
    long off = 0;

    if (file) {
        if (fscanf(file, "%ld", &off) == 1 && !failed)
            now->tv_sec += off;
        fclose(file);
    }
    return failed;
}
