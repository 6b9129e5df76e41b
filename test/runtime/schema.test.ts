import { is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { describe, expect, it } from 'vitest'
import { world } from './world.ts'

declare global {
  interface ImportMeta {
    /** Every module whose path matches; Vite puts the imports here. */
    glob<Module>(pattern: string, options: { readonly eager: true }): Record<string, Module>
  }
}

interface Column {
  readonly name: string
  readonly type: string
  readonly notNull: boolean
  readonly primary: boolean
  readonly generated: boolean
  readonly hasDefault: boolean
}

const modules = import.meta.glob<Record<string, unknown>>('../../src/*/schema.ts', { eager: true })

const described = Object.values(modules)
  .flatMap((module) => Object.values(module))
  .filter((value) => is(value, SQLiteTable))
  .map(getTableConfig)

/** What a schema says of a table's columns. */
function columnsOf({ columns, primaryKeys }: ReturnType<typeof getTableConfig>): Column[] {
  const inKey = new Set(primaryKeys.flatMap((key) => key.columns.map(({ name }) => name)))
  return columns.map((column) => ({
    name: column.name,
    type: column.getSQLType().toUpperCase(),
    notNull: column.notNull,
    primary: column.primary || inKey.has(column.name),
    generated: column.generated !== undefined,
    // An integer key numbers itself; drizzle calls that a default.
    hasDefault:
      column.hasDefault &&
      column.generated === undefined &&
      !(column.primary && column.columnType === 'SQLiteInteger'),
  }))
}

/** What the migrations made of it. table_xinfo, unlike table_info, tells generated columns. */
async function migratedColumnsOf(table: string): Promise<Column[]> {
  const { results } = await world.DB.prepare('SELECT * FROM pragma_table_xinfo(?)').bind(table).all<{
    name: string
    type: string
    notnull: number
    dflt_value: string | null
    pk: number
    hidden: number
  }>()
  return results.map(({ name, type, notnull, dflt_value, pk, hidden }) => ({
    name,
    type,
    notNull: notnull === 1,
    primary: pk > 0,
    generated: hidden === 2 || hidden === 3,
    hasDefault: dflt_value !== null,
  }))
}

describe('the schemas in the code', () => {
  // But for the full-text index, which FTS5 keeps in tables of its own.
  it('name every table of the migrations and no other', async () => {
    const { results } = await world.DB.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name <> 'd1_migrations' AND name NOT LIKE 'proposal_search%'",
    ).all<{ name: string }>()
    const names = described.map(({ name }) => name)
    expect(names.sort()).toEqual(results.map(({ name }) => name).sort())
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(described.map((table) => [table.name, table] as const))(
    'say of %s what the migrations made of it: columns, types, keys, defaults, generated or not',
    async (name, table) => {
      const byName = (a: Column, b: Column) => a.name.localeCompare(b.name)
      expect(columnsOf(table).sort(byName)).toEqual((await migratedColumnsOf(name)).sort(byName))
    },
  )
})
