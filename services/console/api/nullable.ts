// A value of a schema, or null.

import { type TSchema, Type } from 'typebox'

export const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])
