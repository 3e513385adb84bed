#   make run         classes of the test images on the board, in QEMU
#   make run-host    the same on this machine
#   make classes     compares those of this machine, and of the board where its compiler and QEMU are, with classes.txt
#   make network-count  instructions of an image's inference on the board, and of extraction alone, in ticks
#   make network-size   bytes of the board's program
NETWORK := network.c images.c
board: classify.elf
classify.elf network_count.elf: BOARD_SOURCES += $(NETWORK)
classify.elf network_count.elf: $(NETWORK)

.PHONY: run run-host classes network-count network-size
classify: $(SCALAR) $(NETWORK) classify.c $(wildcard *.h *.bin)
	$(CC) $(FLAGS) $(SCALAR) $(NETWORK) classify.c -o $@

run: classify.elf
	$(RUN) classify.elf

run-host: classify
	./classify

classes: classify
	./classify | diff classes.txt -
	@if command -v $(CROSS)gcc >/dev/null && command -v $(QEMU) >/dev/null; then \
	  $(MAKE) -s --no-print-directory classify.elf && $(MAKE) -s --no-print-directory run 2>&1 | diff classes.txt - && echo "classes are the same, here and on the board"; \
	else echo "classes are the same here; no $(CROSS)gcc or no $(QEMU) for the board"; fi

network-count: network_count.elf
	$(RUN) network_count.elf

network-size: classify.elf
	$(CROSS)size classify.elf

clean: clean-network
.PHONY: clean-network
clean-network:
	rm -f classify
