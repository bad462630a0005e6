/* hosts FROM TO HOSTS FIRST ROUNDS RATE USERS: statuses of HOSTS hosts from the who port of FROM to that of TO, ROUNDS
 * from each, every one different: the send time is now, and the third load average is the round's number, FIRST and on.
 * RATE a second, evenly spaced; 0 is as fast as they can be sent. Of several rounds the last one follows 0.2 s behind
 * the others at 20,000/s at most, so that nothing of it is lost. USERS is the number of users of each host; -1 gives
 * every third host 0, 1 and 2.
 * Prints how many of the rounds before that last one went out, how long that took, in ms, and how many of it did. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

enum { PORT = 513, AT_ONCE = 64, HEADER = 60, ENTRY = 24, LARGEST = HEADER + 42 * ENTRY };

static unsigned char bytes[AT_ONCE][LARGEST];
static struct mmsghdr messages[AT_ONCE];
static int hosts, users, to_network;

static double milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void sleep_until(double at)
{
    struct timespec t = { (time_t)(at / 1e3), 0 };
    t.tv_nsec = (long)((at - t.tv_sec * 1e3) * 1e6);
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void put(unsigned char *at, unsigned value)
{
    value = htonl(value);
    memcpy(at, &value, 4);
}

/* What host number i says in a round; answers its length. */
static int fill(unsigned char *out, int i, unsigned round, unsigned now)
{
    int count = users < 0 ? i % 3 : users;
    memset(out, 0, HEADER + ENTRY * count);
    out[0] = out[1] = 1;
    put(out + 4, now);
    memcpy(out + 12, "host", 4);
    for (int digit = 4, rest = i; digit >= 0; digit--, rest /= 10)
        out[16 + digit] = '0' + rest % 10;
    put(out + 44, i % 300);
    put(out + 48, 20);
    put(out + 52, round);
    put(out + 56, 1700000000 + i);
    for (int user = 0; user < count; user++) {
        unsigned char *entry = out + HEADER + ENTRY * user;
        memcpy(entry, "pts/", 4);
        entry[4] = '0' + user / 10;
        entry[5] = '0' + user % 10;
        memcpy(entry + 8, "user", 4);
        put(entry + 16, now - 500);
        put(entry + 20, 60);
    }
    return HEADER + ENTRY * count;
}

/* Sends rounds first..end-1 at a rate; answers how many datagrams went out. */
static long send_rounds(unsigned first, unsigned end, double rate)
{
    double start = milliseconds();
    long all = (long)(end - first) * hosts, sent = 0;
    while (sent < all) {
        long due = all;
        if (rate > 0) {
            due = (long)((milliseconds() - start) * rate / 1e3) + 1;
            if (due <= sent) {
                sleep_until(start + sent * 1e3 / rate);
                continue;
            }
        }
        if (due > all)
            due = all;
        int count = due - sent < AT_ONCE ? due - sent : AT_ONCE;
        unsigned now = (unsigned)time(NULL);
        for (int i = 0; i < count; i++)
            messages[i].msg_hdr.msg_iov->iov_len =
                fill(bytes[i], (sent + i) % hosts, first + (sent + i) / hosts, now);
        for (int done = 0; done < count;) {
            int more = sendmmsg(to_network, messages + done, count - done, 0);
            if (more < 0)
                err(1, "sendmmsg");
            done += more;
        }
        sent += count;
    }
    return sent;
}

int main(int argc, char **argv)
{
    if (argc != 8)
        errx(64, "usage: hosts FROM TO HOSTS FIRST ROUNDS RATE USERS");
    struct sockaddr_in from = { .sin_family = AF_INET, .sin_port = htons(PORT) }, to = from;
    inet_pton(AF_INET, argv[1], &from.sin_addr);
    inet_pton(AF_INET, argv[2], &to.sin_addr);
    hosts = atoi(argv[3]);
    unsigned first = atoi(argv[4]), end = first + atoi(argv[5]);
    double rate = atof(argv[6]);
    users = atoi(argv[7]);
    struct iovec parts[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++) {
        parts[i].iov_base = bytes[i];
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    to_network = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(to_network, (struct sockaddr *)&from, sizeof from) || connect(to_network, (struct sockaddr *)&to, sizeof to))
        err(1, "%s", argv[1]);
    prctl(PR_SET_TIMERSLACK, 1);

    unsigned last = end - first > 1 ? end - 1 : end;
    double start = milliseconds();
    long sent = send_rounds(first, last, rate), behind = 0;
    double took = milliseconds() - start;
    if (last < end) {
        sleep_until(milliseconds() + 200);
        behind = send_rounds(last, end, rate > 0 && rate < 20000 ? rate : 20000);
    }
    printf("%ld %.3f %ld\n", sent, took, behind);
    return 0;
}
