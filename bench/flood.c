/* flood SECONDS ADDRESS TO PORT...: sends datagrams from PORT of each ADDRESS to the who port of TO as fast as it can:
 * statuses of invented hosts, copies of them, messages of neighbours, and garbage. Prints how many went out.
 * Usage: flood SECONDS TO PORT ADDRESS... */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static unsigned long long state = 88172645463325252ULL;

static unsigned next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 16);
}

/* A status, or something like one; answers its length. */
static int make(unsigned char *out) {
    int users = next() % 43, length = 60 + 24 * users, i;
    unsigned now = htonl((unsigned)time(NULL) + next() % 3), booted = htonl((unsigned)time(NULL) - 90000);
    for (i = 0; i < 1600; i += 4) {
        unsigned word = next();
        memcpy(out + i, &word, 4);
    }
    if (next() % 4 == 0) return next() % 1600;
    out[0] = 1;
    out[1] = next() % 8 == 0 ? 2 : 1;
    memcpy(out + 4, &now, 4);
    memset(out + 12, 0, 32);
    sprintf((char *)out + 12, "forged-%u", next() % 1000000);
    memcpy(out + 56, &booted, 4);
    return length;
}

int main(int count, char **words) {
    if (count < 5) return 64;
    double end = time(NULL) + atof(words[1]);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(words[3]))};
    int sockets = count - 4, from[256], i, yes = 1;
    unsigned long sent = 0;
    unsigned char datagram[2048];
    inet_pton(AF_INET, words[2], &to.sin_addr);
    for (i = 0; i < sockets && i < 256; i++) {
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(words[3]))};
        inet_pton(AF_INET, words[4 + i], &at.sin_addr);
        from[i] = socket(AF_INET, SOCK_DGRAM, 0);
        setsockopt(from[i], SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes);
        if (bind(from[i], (struct sockaddr *)&at, sizeof at) != 0) return perror(words[4 + i]), 74;
    }
    while (time(NULL) < end) {
        for (int round = 0; round < 256; round++) {
            int length = make(datagram);
            for (int copies = next() % 4 == 0 ? 2 : 1; copies > 0; copies--)
                sent += sendto(from[next() % sockets], datagram, length, 0, (struct sockaddr *)&to, sizeof to) >= 0;
        }
    }
    printf("%lu\n", sent);
    return 0;
}
