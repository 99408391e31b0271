// Numbers as a person reads them. Pure.

/** Such as 12,345. */
export const n = (value: number): string => value.toLocaleString('en-US')
