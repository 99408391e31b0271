// One secret key, or several while one takes the place of another. Pure.

/** The keys in the text, with white space between them; the first seals, and what any of them has sealed is opened. */
export const keysIn = (text: string): string[] => text.split(/\s+/).filter(key => key !== '')
