/* The loop of register fidelity in C: every operand and every sum of a weight-stationary SIZE x SIZE int8 array moves one register in
   every cycle. Usage: loop STREAM TILES. Prints the cycles stepped and the sum of one tile's results, as main.swift does. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef SIZE
#define SIZE 128
#endif

static int8_t weights[SIZE][SIZE], streamed[SIZE][SIZE], skew[SIZE][SIZE];
static int32_t sums[SIZE + 1][SIZE];
static uint32_t state = 1;

static int8_t operand(void) {
    state = state * 1664525u + 1013904223u;
    return (int8_t)(state >> 24);
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    long stream = atol(argv[1]), tiles = atol(argv[2]), total = stream * tiles;
    for (int r = 0; r < SIZE; r++)
        for (int c = 0; c < SIZE; c++) weights[r][c] = operand();
    int8_t *activations = malloc(stream * SIZE);
    if (!activations) return 70;
    for (long i = 0; i < stream * SIZE; i++) activations[i] = operand();

    int64_t checksum = 0;
    long cycles = total + 2 * SIZE - 2;
    for (long t = 0; t < cycles; t++) {
        long head = t % SIZE;
        if (t < total) memcpy(skew[head], activations + (t % stream) * SIZE, SIZE);
        else memset(skew[head], 0, SIZE);
        memmove(&streamed[0][0] + 1, &streamed[0][0], SIZE * SIZE - 1);
        for (int r = 0; r < SIZE; r++) streamed[r][0] = skew[(head - r + SIZE) % SIZE][r];
        for (int r = SIZE - 1; r >= 0; r--)
            for (int c = 0; c < SIZE; c++)
                sums[r + 1][c] = sums[r][c] + (int32_t)weights[r][c] * (int32_t)streamed[r][c];
        /* Column c of vector j leaves the bottom in cycle j + SIZE - 1 + c; the first tile is summed. */
        for (int c = 0; c < SIZE; c++) {
            long j = t - (SIZE - 1) - c;
            if (j >= 0 && j < stream) checksum += sums[SIZE][c];
        }
    }
    printf("cycles %ld checksum %lld\n", cycles, (long long)checksum);
    free(activations);
    return 0;
}
