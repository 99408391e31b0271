// Reads a Python pickle, protocols 0 to 5, as data. A pickle is a program that can call anything; this reader
// calls nothing: it knows the opcodes that build plain values, and the few names of pickle-names.ts, whose
// values it makes itself. Everything else is refused. Pure.

import { createInput, type Input, PickleError } from './pickle-input.ts'
import { type Budget, isKnownName, isName, makeNamed, type PickleValue } from './pickle-names.ts'

/** A state is some hundred bytes; a file above this holds something else. */
export const largestPickle = 8 * 1024 * 1024
// Each opcode costs a bounded time and one value at most, so that this bounds memo, stack and time as well.
const mostOpcodes = 1_000_000
const deepestMark = 1_000

interface Machine {
  readonly input: Input
  readonly budget: Budget
  readonly memo: Map<number, PickleValue>
  /** What stood on the stack below each mark that is open. */
  readonly below: PickleValue[][]
  stack: PickleValue[]
}

/**
 * The value in a pickle. The same object may stand in several places of it, and in itself.
 * @throws PickleError, which says what stands at which byte, for everything that is not plain data
 */
export function readPickle(bytes: Uint8Array): PickleValue {
  if (bytes.length > largestPickle) {
    throw new PickleError(`has ${bytes.length} bytes, and no more than ${largestPickle} are read`)
  }
  const input = createInput(bytes)
  const machine: Machine = { input, budget: { left: largestPickle }, memo: new Map(), below: [], stack: [] }
  for (let count = 0; count < mostOpcodes; count++) {
    const offset = input.offset()
    const opcode = input.byte()
    if (opcode === 0x2e) return pop(machine)
    const act = actions.get(opcode)
    if (act === undefined) throw refusal(opcode, offset)
    try {
      act(machine)
    } catch (error) {
      if (error instanceof PickleError) throw new PickleError(`${error.message} (${nameOf(opcode, offset)})`)
      throw error
    }
  }
  throw new PickleError(`has more than ${mostOpcodes} opcodes, and no more are read`)
}

const nameOf = (opcode: number, offset: number): string =>
  `opcode 0x${opcode.toString(16).padStart(2, '0')} at byte ${offset}`

function refusal(opcode: number, offset: number): PickleError {
  const word = refused.get(opcode)
  return new PickleError(
    word === undefined
      ? `is no pickle: there is no ${nameOf(opcode, offset)}`
      : `asks for ${word}, ${nameOf(opcode, offset)}; podpipe does not run code from a state file`,
  )
}

// What builds objects of any class, or fetches values from outside of the file.
const refused = new Map([
  [0x50, 'PERSID'],
  [0x51, 'BINPERSID'],
  [0x62, 'BUILD'],
  [0x69, 'INST'],
  [0x6f, 'OBJ'],
  [0x82, 'EXT1'],
  [0x83, 'EXT2'],
  [0x84, 'EXT4'],
  [0x92, 'NEWOBJ_EX'],
  [0x97, 'NEXT_BUFFER'],
  [0x98, 'READONLY_BUFFER'],
])

function pop({ stack }: Machine): PickleValue {
  const value = stack.pop()
  if (value === undefined) throw new PickleError('takes a value where there is none')
  return value
}

function top({ stack }: Machine): PickleValue {
  const value = stack.at(-1)
  if (value === undefined) throw new PickleError('looks at a value where there is none')
  return value
}

/** The values above the last mark. */
function popMark(machine: Machine): PickleValue[] {
  const above = machine.stack
  const below = machine.below.pop()
  if (below === undefined) throw new PickleError('ends a group that was never begun')
  machine.stack = below
  return above
}

function popMany(machine: Machine, count: number): PickleValue[] {
  const { stack } = machine
  if (stack.length < count) throw new PickleError('takes values where there are none')
  return stack.splice(stack.length - count)
}

function append(machine: Machine, values: readonly PickleValue[]): void {
  const list = top(machine)
  if (!Array.isArray(list)) throw new PickleError('appends to what is no list')
  for (const value of values) list.push(value)
}

function setItems(machine: Machine, values: readonly PickleValue[]): void {
  const dict = top(machine)
  if (!(dict instanceof Map)) throw new PickleError('sets an item of what is no dict')
  if (values.length % 2 === 1) throw new PickleError('has a key without a value')
  for (let at = 0; at + 1 < values.length; at += 2) dict.set(values[at] ?? null, values[at + 1] ?? null)
}

function name(machine: Machine, module: PickleValue, word: PickleValue): void {
  // Only texts are shown: a list that holds itself, or itself many times over, has no end.
  const full = typeof module === 'string' && typeof word === 'string' ? `${module}.${word}` : 'a value'
  if (!isKnownName(full)) {
    const shown = JSON.stringify(full.slice(0, 80))
    throw new PickleError(`asks for ${shown}; podpipe does not run code from a state file`)
  }
  machine.stack.push({ kind: 'name', name: full })
}

function make(machine: Machine): void {
  const args = pop(machine)
  const named = pop(machine)
  if (!isName(named) || !Array.isArray(args)) {
    throw new PickleError('calls what is no known name; podpipe does not run code from a state file')
  }
  machine.stack.push(makeNamed(named.name, args, machine.budget))
}

function recall({ memo, stack }: Machine, index: number): void {
  const value = memo.get(index)
  if (value === undefined) throw new PickleError(`recalls number ${index}, which was never noted`)
  stack.push(value)
}

const note = (machine: Machine, index: number): unknown => machine.memo.set(index, top(machine))

type Action = (machine: Machine) => unknown

/** Pushes what is read from the input. */
const push =
  (read: (input: Input) => PickleValue): Action =>
  machine =>
    machine.stack.push(read(machine.input))

const actions: ReadonlyMap<number, Action> = new Map<number, Action>([
  // PROTO and FRAME
  [0x80, ({ input }) => input.protocol()],
  [0x95, ({ input }) => input.frame()],
  // NONE, NEWTRUE, NEWFALSE
  [0x4e, push(() => null)],
  [0x88, push(() => true)],
  [0x89, push(() => false)],
  // INT, LONG, BININT, BININT1, BININT2, LONG1, LONG4
  [0x49, push(input => input.integerLine())],
  [0x4c, push(input => input.integerLine())],
  [0x4a, push(input => input.int32())],
  [0x4b, push(input => input.byte())],
  [0x4d, push(input => input.uint(2))],
  [0x8a, push(input => input.long(input.byte()))],
  [0x8b, push(input => input.long(input.uint(4)))],
  // FLOAT, BINFLOAT
  [0x46, push(input => input.floatLine())],
  [0x47, push(input => input.double())],
  // STRING, BINSTRING, SHORT_BINSTRING, UNICODE, BINUNICODE, SHORT_BINUNICODE, BINUNICODE8
  [0x53, push(input => input.quotedLine())],
  [0x54, push(input => input.text(input.uint(4), 'latin1'))],
  [0x55, push(input => input.text(input.byte(), 'latin1'))],
  [0x56, push(input => input.escapedLine())],
  [0x58, push(input => input.text(input.uint(4), 'utf8'))],
  [0x8c, push(input => input.text(input.byte(), 'utf8'))],
  [0x8d, push(input => input.text(input.uint(8), 'utf8'))],
  // BINBYTES, SHORT_BINBYTES, BINBYTES8, BYTEARRAY8
  [0x42, push(input => input.bytes(input.uint(4)))],
  [0x43, push(input => input.bytes(input.byte()))],
  [0x8e, push(input => input.bytes(input.uint(8)))],
  [0x96, push(input => input.bytes(input.uint(8)))],
  // EMPTY_LIST, EMPTY_TUPLE, EMPTY_DICT, EMPTY_SET
  [0x5d, push(() => [])],
  [0x29, push(() => [])],
  [0x7d, push(() => new Map())],
  [0x8f, push(() => new Set())],
  [
    // MARK
    0x28,
    machine => {
      if (machine.below.length >= deepestMark) throw new PickleError(`is nested deeper than ${deepestMark}`)
      machine.below.push(machine.stack)
      machine.stack = []
    },
  ],
  // POP, POP_MARK, DUP
  [0x30, machine => (machine.stack.length === 0 ? popMark(machine) : pop(machine))],
  [0x31, popMark],
  [0x32, machine => machine.stack.push(top(machine))],
  // LIST, TUPLE, TUPLE1, TUPLE2, TUPLE3
  [0x6c, collect(machine => popMark(machine))],
  [0x74, collect(machine => popMark(machine))],
  [0x85, collect(machine => popMany(machine, 1))],
  [0x86, collect(machine => popMany(machine, 2))],
  [0x87, collect(machine => popMany(machine, 3))],
  [
    // DICT
    0x64,
    machine => {
      const items = popMark(machine)
      machine.stack.push(new Map())
      setItems(machine, items)
    },
  ],
  [
    // FROZENSET
    0x91,
    machine => {
      const items = popMark(machine)
      machine.stack.push(new Set(items))
    },
  ],
  // APPEND, APPENDS, SETITEM, SETITEMS
  [0x61, machine => append(machine, popMany(machine, 1))],
  [0x65, machine => append(machine, popMark(machine))],
  [0x73, machine => setItems(machine, popMany(machine, 2))],
  [0x75, machine => setItems(machine, popMark(machine))],
  [
    // ADDITEMS
    0x90,
    machine => {
      const items = popMark(machine)
      const set = top(machine)
      if (!(set instanceof Set)) throw new PickleError('adds to what is no set')
      for (const item of items) set.add(item)
    },
  ],
  // GET, BINGET, LONG_BINGET, PUT, BINPUT, LONG_BINPUT, MEMOIZE
  [0x67, machine => recall(machine, machine.input.indexLine())],
  [0x68, machine => recall(machine, machine.input.byte())],
  [0x6a, machine => recall(machine, machine.input.uint(4))],
  [0x70, machine => note(machine, machine.input.indexLine())],
  [0x71, machine => note(machine, machine.input.byte())],
  [0x72, machine => note(machine, machine.input.uint(4))],
  [0x94, machine => note(machine, machine.memo.size)],
  // GLOBAL, STACK_GLOBAL, REDUCE, NEWOBJ
  [0x63, machine => name(machine, machine.input.line(), machine.input.line())],
  [
    0x93,
    machine => {
      const [module = null, word = null] = popMany(machine, 2)
      name(machine, module, word)
    },
  ],
  [0x52, make],
  [0x81, make],
])

/** Pushes a list of what was on the stack; a tuple is a list here. */
function collect(take: (machine: Machine) => PickleValue[]): Action {
  return machine => {
    const items = take(machine)
    machine.stack.push(items)
  }
}
