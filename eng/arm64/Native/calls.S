// Calls between C and the kernels' machine code.

#define FRAME 176

// The value of callee-saved register \n before a checked call.
#define MARK(n) (0x5a00 + n)

.text

// int checked_call(void (*entry)(void *), void *operands)
// Calls the entry. Returns the number of callee-saved registers (x19-x28, d8-d15, sp) that it did not preserve.
.globl checked_call
.type checked_call, %function
checked_call:
  stp x29, x30, [sp, #-FRAME]!
  mov x29, sp
  stp x19, x20, [sp, #16]
  stp x21, x22, [sp, #32]
  stp x23, x24, [sp, #48]
  stp x25, x26, [sp, #64]
  stp x27, x28, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mov x16, x0
  .irp n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
  mov x\n, #MARK(\n)
  .endr
  .irp n, 8, 9, 10, 11, 12, 13, 14, 15
  mov x10, #MARK(\n)
  fmov d\n, x10
  .endr
  mov x0, x1
  blr x16
  mov x0, #0
  .irp n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
  mov x10, #MARK(\n)
  cmp x\n, x10
  cinc x0, x0, ne
  .endr
  .irp n, 8, 9, 10, 11, 12, 13, 14, 15
  mov x10, #MARK(\n)
  fmov x11, d\n
  cmp x11, x10
  cinc x0, x0, ne
  .endr
  cmp sp, x29
  cinc x0, x0, ne
  mov sp, x29
  ldp x19, x20, [sp, #16]
  ldp x21, x22, [sp, #32]
  ldp x23, x24, [sp, #48]
  ldp x25, x26, [sp, #64]
  ldp x27, x28, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  ldp x29, x30, [sp], #FRAME
  ret

// The runtime's write barrier: stores the reference x15 at x14, and increments x14. There is no garbage collector here.
.globl runtime_write_barrier
.type runtime_write_barrier, %function
runtime_write_barrier:
  str x15, [x14], #8
  ret

.section .note.GNU-stack, "", %progbits
