/* weights.bin as it is. */
    .section .rodata.weights_flash, "a"
    .balign 16
    .global weights_flash
weights_flash:
    .incbin "weights.bin"
    .section .note.GNU-stack, "", %progbits
