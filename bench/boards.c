/* boards PORT BOARDS RUNS: asks 127.0.0.1:PORT for the whole board BOARDS times, one connection after another, then
 * runs /usr/bin/ruptime once; so RUNS times. One line a run: milliseconds of the boards, milliseconds of ruptime. */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static long board(int port)
{
    static const char request[] = "ruptime\n";
    static char buffer[1 << 16];
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s < 0 || connect(s, (struct sockaddr *)&to, sizeof to) < 0)
        err(1, "127.0.0.1:%d", port);
    if (write(s, request, sizeof request - 1) != sizeof request - 1)
        err(1, "write");
    long bytes = 0;
    ssize_t count;
    while ((count = read(s, buffer, sizeof buffer)) > 0)
        bytes += count;
    if (count < 0)
        err(1, "read");
    close(s);
    return bytes;
}

static void ruptime(void)
{
    int status;
    pid_t child = fork();
    if (child < 0)
        err(1, "fork");
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, STDOUT_FILENO);
        execl("/usr/bin/ruptime", "ruptime", (char *)NULL);
        _exit(127);
    }
    waitpid(child, &status, 0);
    if (status != 0)
        errx(1, "/usr/bin/ruptime failed");
}

int main(int argc, char **argv)
{
    if (argc != 4)
        errx(2, "usage: boards PORT BOARDS RUNS");
    int port = atoi(argv[1]), boards = atoi(argv[2]), runs = atoi(argv[3]);
    for (int run = 0; run < runs; run++) {
        long bytes = 0;
        double start = milliseconds();
        for (int i = 0; i < boards; i++)
            bytes += board(port);
        double middle = milliseconds();
        ruptime();
        printf("%.3f %.3f\n", middle - start, milliseconds() - middle);
        fflush(stdout);
        if (bytes == 0)
            errx(1, "empty boards");
    }
    return 0;
}
