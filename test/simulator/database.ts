import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ROOT } from '../../src/local/paths.ts'
import type { Clock } from './clock.ts'

/** How a database treats what is sent to it; probabilities. */
export interface DatabaseFaults {
  /** The request never arrives; the sender is told an error, or nothing. */
  readonly loseRequest: number
  /** The request is carried out; the sender is told an error, or nothing. */
  readonly loseReply: number
  /** The sender is told an error; the request arrives up to LATE_MS later. */
  readonly late: number
}

const LATE_MS = 30_000

const migrations = readdirSync(resolve(ROOT, 'migrations'))
  .sort()
  .map((name) => ({ name, sql: readFileSync(resolve(ROOT, 'migrations', name), 'utf8') }))

/**
 * A double of D1 that runs the real migrations and the real statements on SQLite, and loses, repeats and delays what
 * passes between it and its callers. Statements sent together are one transaction, as in D1.
 */
export class SimDatabase {
  readonly sqlite = new DatabaseSync(':memory:')
  faults: DatabaseFaults = { loseRequest: 0, loseReply: 0, late: 0 }
  /** Runs in every transaction after its statements; a planted bug lives here. */
  afterStatements: ((statements: readonly SimStatement[]) => void) | undefined
  readonly #clock: Clock

  constructor(
    clock: Clock,
    skipMigrations: readonly string[] = [],
    edit: (name: string, sql: string) => string = (_, sql) => sql,
  ) {
    this.#clock = clock
    for (const { name, sql } of migrations)
      if (!skipMigrations.includes(name)) this.sqlite.exec(edit(name, sql))
  }

  /**
   * The database as one caller sees it. `depart` holds a request back until the caller may send it; `arrive` passes
   * a reply on unless the caller is gone.
   */
  connect(depart: (send: () => void) => void, arrive: (reply: () => void) => void): D1Database {
    const send = (statements: readonly SimStatement[]) =>
      new Promise<unknown[]>((resolve, reject) => {
        depart(() =>
          this.#carry(
            statements,
            (results) => arrive(() => resolve(results)),
            (error) => arrive(() => reject(error)),
          ),
        )
      })
    return {
      prepare: (sql: string) => new SimStatement(sql, [], send),
      batch: (statements: SimStatement[]) => send(statements),
    } as unknown as D1Database
  }

  /** A connection without faults or delay, for looking at the truth. */
  observe(): D1Database {
    const send = async (statements: readonly SimStatement[]) => this.#execute(statements)
    return {
      prepare: (sql: string) => new SimStatement(sql, [], send),
      batch: (statements: SimStatement[]) => send(statements),
    } as unknown as D1Database
  }

  #carry(
    statements: readonly SimStatement[],
    succeed: (results: unknown[]) => void,
    fail: (error: Error) => void,
  ): void {
    const { random } = this.#clock
    const there = random.between(0, 4)
    const back = random.between(0, 4)
    const fate = random.next()
    const { loseRequest, loseReply, late } = this.faults
    const error = () => {
      // Half of the failures are silent: the caller has only its own time limit.
      if (random.chance(0.5)) this.#clock.after(there + back, () => fail(new Error('D1_ERROR: network lost')))
    }
    if (fate < loseRequest) {
      error()
    } else if (fate < loseRequest + late) {
      this.#clock.after(random.between(1, LATE_MS), () => this.#tryExecute(statements))
      error()
    } else {
      this.#clock.after(there, () => {
        const outcome = this.#tryExecute(statements)
        if (fate < loseRequest + late + loseReply) error()
        else this.#clock.after(back, () => (outcome instanceof Error ? fail(outcome) : succeed(outcome)))
      })
    }
  }

  #tryExecute(statements: readonly SimStatement[]): unknown[] | Error {
    try {
      return this.#execute(statements)
    } catch (error) {
      return error as Error
    }
  }

  #execute(statements: readonly SimStatement[]): unknown[] {
    this.sqlite.exec('BEGIN')
    try {
      const results = statements.map((statement) => ({
        success: true,
        meta: {},
        results: this.sqlite.prepare(statement.sql).all(...statement.params),
      }))
      this.afterStatements?.(statements)
      this.sqlite.exec('COMMIT')
      return results
    } catch (error) {
      this.sqlite.exec('ROLLBACK')
      throw error
    }
  }
}

type Param = string | number | null

interface StatementResult {
  readonly results: Record<string, unknown>[]
}

/** A D1 prepared statement, as far as the engine and drizzle use it. */
export class SimStatement {
  readonly sql: string
  readonly params: readonly Param[]
  readonly #send: (statements: readonly SimStatement[]) => Promise<unknown[]>

  constructor(
    sql: string,
    params: readonly Param[],
    send: (statements: readonly SimStatement[]) => Promise<unknown[]>,
  ) {
    this.sql = sql
    this.params = params
    this.#send = send
  }

  bind(...params: Param[]): SimStatement {
    return new SimStatement(
      this.sql,
      params.map((param) => (typeof param === 'boolean' ? Number(param) : param)),
      this.#send,
    )
  }

  async all(): Promise<StatementResult> {
    const [result] = await this.#send([this])
    return result as StatementResult
  }

  run(): Promise<StatementResult> {
    return this.all()
  }

  async first(): Promise<Record<string, unknown> | null> {
    return (await this.all()).results[0] ?? null
  }

  async raw(): Promise<unknown[][]> {
    return (await this.all()).results.map((row) => Object.values(row))
  }
}
