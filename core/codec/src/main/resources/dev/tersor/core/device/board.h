/* Words out of the board, and instructions counted: by semihosting and SysTick, in QEMU with -icount
 * shift=0, where an instruction is a nanosecond and a tick of SysTick 31.25 instructions. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

void board_print(const char *text);
void board_number(uint32_t number);

/* Ends the program; in QEMU with a status. */
void board_exit(int status);

/* Begins to count, and the ticks of 32 MHz since then; below 2^24. */
void board_start(void);
uint32_t board_ticks(void);

/* Bytes of stack that were touched since the stack was painted. */
void board_paint(void);
uint32_t board_stack_used(void);

#endif
