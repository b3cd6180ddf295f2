/** Sessions in an SQLite file, beside the payments: two rows are written for a tap, in one transaction. */
import type { SqliteDatabase } from '../sqlite-store.ts';
import { inTransaction, textOf } from '../sqlite-transaction.ts';
import { rowText, sessionFrom, tapFrom } from './session-rows.ts';
import { keepSeconds, type Session, type SessionStore, type Tap } from './session-store.ts';

const schema = `
  create table if not exists sessions (
    iss text not null,
    sid text not null,
    version integer not null,
    payee text not null,
    pending integer not null,
    redeem_by integer not null,
    row text not null,
    primary key (iss, sid)
  ) without rowid;
  create index if not exists sessions_pending on sessions (payee, sid) where pending;
  create table if not exists taps (
    iss text not null,
    sid text not null,
    tap text not null,
    sub text not null,
    scope text not null,
    until integer not null,
    at integer not null,
    state text not null,
    pending integer not null,
    row text not null,
    primary key (iss, sid, tap)
  ) without rowid;
  create index if not exists taps_owned on taps (iss, sub, scope);
  create index if not exists taps_untold on taps (iss, sid, at) where pending;
`;

export function sqliteSessions(db: SqliteDatabase): SessionStore {
  db.exec(schema);
  const session = db.prepare('select row from sessions where iss = ? and sid = ?');
  const tap = db.prepare('select row from taps where iss = ? and sid = ? and tap = ?');
  const insert = db.prepare(
    'insert into sessions (iss, sid, version, payee, pending, redeem_by, row) ' +
      'values (?, ?, 1, ?, ?, ?, ?) on conflict do nothing returning 1 as done',
  );
  const update = db.prepare(
    'update sessions set version = version + 1, pending = ?, redeem_by = ?, row = ? ' +
      'where iss = ? and sid = ? and version = ? returning 1 as done',
  );
  const put = db.prepare(
    'insert into taps (iss, sid, tap, sub, scope, until, at, state, pending, row) ' +
      'values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (iss, sid, tap) do update set ' +
      'until = excluded.until, state = excluded.state, pending = excluded.pending, row = excluded.row',
  );
  const owned = db.prepare(
    'select 1 from taps where iss = ? and sub = ? and scope = ? and state = ? and until > ? limit 1',
  );
  const undone = db.prepare(
    'select count(*) as row from taps where iss = ? and sub = ? and state = ? and at >= ?',
  );
  const pending = db.prepare(
    'select json_group_array(row) as row from (select row from sessions ' +
      'where payee = ? and pending and sid > ? order by sid limit ?)',
  );
  const untold = db.prepare(
    'select json_group_array(row) as row from (select row from taps ' +
      'where iss = ? and sid = ? and pending order by at, tap limit ?)',
  );
  const forgetTaps = db.prepare('delete from taps where not pending and until < ? and at < ?');
  const forgetSessions = db.prepare('delete from sessions where not pending and redeem_by < ?');

  const write = (changed: Session, taps: readonly Tap[]): boolean => {
    const { iss, sid, version, payee, redeemBy } = changed;
    const isPending = Number(changed.pending);
    const text = rowText({ ...changed, version: version + 1 });
    const done =
      version === 0
        ? insert.get(iss, sid, payee, isPending, redeemBy, text)
        : update.get(isPending, redeemBy, text, iss, sid, version);
    if (!done) return false;
    for (const one of taps) {
      const { sub, scope, until, at, state } = one;
      const isUntold = Number(one.pending);
      put.run(iss, sid, one.tap, sub, scope, until, at, state, isUntold, rowText(one));
    }
    return true;
  };
  return {
    find: async ({ iss, sid }, id) => {
      const known = sessionFrom(textOf(session.get(iss, sid)));
      const taken = id === undefined ? undefined : tapFrom(textOf(tap.get(iss, sid, id)));
      return { ...(known && { session: known }), ...(taken && { tap: taken }) };
    },
    save: async (changed, taps) => inTransaction(db, () => write(changed, taps)),
    owns: async ({ iss, sub, scope }, now) => Boolean(owned.get(iss, sub, scope, 'taken', now)),
    undone: async ({ iss, sub }, since) => Number(textOf(undone.get(iss, sub, 'undone', since))),
    pending: async (payee, after, limit) => listOf(pending.get(payee, after, limit), sessionFrom),
    untold: async ({ iss, sid }, limit) => listOf(untold.get(iss, sid, limit), tapFrom),
    forget: async (now) => {
      forgetTaps.run(now, now - keepSeconds);
      forgetSessions.run(now - keepSeconds);
    },
  };
}

function listOf<T>(row: unknown, read: (text: unknown) => T | undefined): T[] {
  const all: unknown = JSON.parse(textOf(row) ?? '[]');
  return Array.isArray(all) ? all.flatMap((text) => read(text) ?? []) : [];
}
