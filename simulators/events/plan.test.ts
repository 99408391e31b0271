import assert from 'node:assert/strict'
import test from 'node:test'
import { createEvents } from './events.ts'
import { createPlan, type PlanOptions, split } from './plan.ts'

function planOf(options: Partial<PlanOptions> = {}) {
  const seed = options.seed ?? 11
  return createPlan(
    {
      type: 'audit',
      length: 4000,
      seed,
      firstEventAt: Date.UTC(2026, 2, 3),
      spacingMs: 25,
      duplicates: 0.1,
      disorder: 0,
      junk: 0.01,
      noId: 0.02,
      ...options,
    },
    createEvents(seed),
  )
}

const slots = (plan: ReturnType<typeof planOf>) => Array.from({ length: plan.length }, (_, slot) => slot)

test('the shares of copies, junk and objects without id come out about as asked', () => {
  const plan = planOf()
  const kinds = slots(plan).map(slot => (plan.origin(slot) === slot ? plan.frame(slot).kind : 'copy'))
  const count = (kind: string) => kinds.filter(each => each === kind).length
  assert.ok(Math.abs(count('copy') - 400) < 80, `${count('copy')} copies`)
  assert.ok(Math.abs(count('junk') - 40) < 25, `${count('junk')} junk`)
  assert.ok(Math.abs(count('noId') - 80) < 35, `${count('noId')} without id`)
})

test('a copy has the bytes of an earlier event, never of junk, at most some 1,000 slots back', () => {
  const plan = planOf({ junk: 0.2, duplicates: 0.5 })
  for (const slot of slots(plan)) {
    const origin = plan.origin(slot)
    if (origin === slot) continue
    assert.ok(origin < slot)
    assert.equal(plan.origin(origin), origin)
    assert.deepEqual(plan.frame(slot), plan.frame(origin))
    assert.notEqual(plan.frame(slot).kind, 'junk')
  }
})

test('the kind of a frame says what its bytes are', () => {
  const plan = planOf({ junk: 0.3, noId: 0.3, length: 1500 })
  for (const slot of slots(plan)) {
    const { bytes, kind, binary } = plan.frame(slot)
    let parsed: unknown
    try {
      parsed = JSON.parse(bytes.toString())
    } catch {}
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    assert.equal(isObject, kind !== 'junk', bytes.toString())
    assert.equal(isObject && 'guid' in (parsed as object), kind === 'event')
    if (binary) assert.equal(kind, 'junk')
  }
})

test('every kind of junk occurs, bytes that are not UTF-8 among them', () => {
  const plan = planOf({ junk: 1, duplicates: 0, noId: 0, length: 500 })
  const frames = slots(plan).map(slot => plan.frame(slot))
  assert.ok(frames.some(frame => frame.binary))
  for (const shape of [/^$/, /^Service/, /^\[\{/, /^\d+$/, /^"/, /^\{"audit".*[^}]$/]) {
    assert.ok(
      frames.some(frame => shape.test(frame.bytes.toString())),
      String(shape),
    )
  }
})

test('without disorder frames go out in the order of their slots', () => {
  const plan = planOf()
  for (const slot of slots(plan)) assert.equal(plan.slotAt(slot), slot)
})

test('disorder sends every slot once, some elsewhere but never 64 positions away', () => {
  const plan = planOf({ disorder: 0.3, length: 1001 })
  const order = slots(plan).map(position => plan.slotAt(position))
  assert.deepEqual(
    order.toSorted((a, b) => a - b),
    slots(plan),
  )
  const moved = order.filter((slot, position) => slot !== position)
  assert.ok(moved.length > 150 && moved.length < 400, `${moved.length} moved`)
  for (const [position, slot] of order.entries()) assert.ok(Math.abs(slot - position) < 64)
})

test('the same seed makes the same plan in another process, whatever is asked first', () => {
  const [one, two] = [planOf({ disorder: 0.2 }), planOf({ disorder: 0.2 })]
  for (const position of [3999, 0, 1700, 63, 64]) {
    assert.equal(one.slotAt(position), two.slotAt(position))
    assert.deepEqual(one.frame(position), two.frame(position))
  }
})

test('the time rises by the spacing from slot to slot', () => {
  const plan = planOf({ spacingMs: 0.5 })
  assert.equal(plan.timeOf(3) - plan.timeOf(0), 1)
  assert.equal(plan.timeOf(4000) - plan.timeOf(0), 2000)
})

for (const total of [0, 1, 10, 999, 20_000]) {
  test(`a total of ${total} is split over the types without a remainder`, () => {
    const { message, maillog, audit } = split(total)
    assert.equal(message + maillog + audit, total)
  })
}
