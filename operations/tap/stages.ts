// What events pass through, as who looks names it. Pure.

export const stages = ['raw', 'unique', 'rejected', 'seen'] as const

export type Stage = (typeof stages)[number]
