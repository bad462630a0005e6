/* sink: takes datagrams from the who port one by one and does nothing with them: what a daemon's socket can give. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <sys/socket.h>

enum { PORT = 513, RECEIVE_BUFFER = 4 << 20 };

int main(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(PORT) };
    int size = RECEIVE_BUFFER, from_network = socket(AF_INET, SOCK_DGRAM, 0);
    char bytes[1500];
    /* As much as the daemon has. */
    if (setsockopt(from_network, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
        err(1, "SO_RCVBUFFORCE");
    if (bind(from_network, (struct sockaddr *)&at, sizeof at))
        err(1, "bind");
    for (;;) {
        socklen_t length = sizeof at;
        if (recvfrom(from_network, bytes, sizeof bytes, 0, (struct sockaddr *)&at, &length) < 0)
            err(1, "recvfrom");
    }
}
