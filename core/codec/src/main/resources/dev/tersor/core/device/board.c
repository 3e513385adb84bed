#include "board.h"

int main(void);
void board_reset(void);
static void fault(void);
extern uint8_t board_stack[];

__attribute__((section(".vectors"), used)) static const void *const VECTORS[16] = {
    board_stack, (void *)board_reset, (void *)fault, (void *)fault, (void *)fault,
    (void *)fault, (void *)fault, (void *)fault};

static uint32_t host(uint32_t operation, const void *argument) {
  register uint32_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

void board_print(const char *text) {
  host(4, text);
}

void board_number(uint32_t number) {
  char digits[11];
  int at = 10;
  digits[at] = 0;
  do {
    digits[--at] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  board_print(digits + at);
}

void board_exit(int status) {
  /* An exit with a status: the reason "application exit" and the status itself. */
  uint32_t block[2] = {0x20026, (uint32_t)status};
  host(0x20, block);
  for (;;) {
  }
}

static void fault(void) {
  board_print("fault\n");
  board_exit(3);
}

void board_reset(void) {
  /* Coprocessors 10 and 11, which floats and vectors are; loops of the branch cache. */
  *(volatile uint32_t *)0xE000ED88 |= 0xFu << 20;
  __asm__ volatile("dsb\n\tisb");
  *(volatile uint32_t *)0xE000ED14 |= 1u << 19;
  __asm__ volatile("dsb\n\tisb");
  board_exit(main());
}

static volatile uint32_t *const SYST = (volatile uint32_t *)0xE000E010;

void board_start(void) {
  SYST[0] = 0;
  SYST[1] = 0xFFFFFF;
  SYST[2] = 0;
  SYST[0] = 5;
  /* It is 0 until its first tick. */
  while (SYST[2] == 0) {
  }
}

uint32_t board_ticks(void) {
  return 0xFFFFFF - SYST[2];
}

enum { PAINTED = 4096 };

static uint8_t *here(void) {
  uint8_t *sp;
  __asm__ volatile("mov %0, sp" : "=r"(sp));
  return sp;
}

__attribute__((noinline)) void board_paint(void) {
  volatile uint8_t *top = here() - 64;
  for (uint32_t i = 0; i < PAINTED; i++) {
    *(top - 1 - i) = 0xA5;
  }
}

__attribute__((noinline)) uint32_t board_stack_used(void) {
  volatile uint8_t *top = here() - 64;
  uint32_t used = PAINTED;
  while (used > 0 && *(top - used) == 0xA5) {
    used--;
  }
  return used + 64;
}
