/** Sessions in a database that speaks PostgreSQL: a session and its taps are written by one statement, or not at all. */
import type { Rows } from '../sql-store.ts';
import { rowText, sessionFrom, tapFrom } from './session-rows.ts';
import { keepSeconds, type SessionStore } from './session-store.ts';

/** Both begin with the session; its taps follow only if it was written. */
const taps = `, put as (
    insert into micropay_taps (iss, sid, tap, sub, scope, until, at, state, pending, data)
    select $1, $2, one.tap, one.sub, one.scope, one.until, one.at, one.state, one.pending, one.data
    from written, json_to_recordset($8::json) as one
      (tap text, sub text, scope text, until bigint, at bigint, state text, pending boolean, data text)
    on conflict (iss, sid, tap) do update set
      until = excluded.until, state = excluded.state, pending = excluded.pending, data = excluded.data
  ) select version from written`;

const insert = `with written as (
    insert into micropay_sessions (iss, sid, version, payee, pending, redeem_by, data)
    values ($1, $2, $3::bigint + 1, $4, $5::boolean, $6::bigint, $7)
    on conflict (iss, sid) do nothing returning version
  )${taps}`;

const update = `with written as (
    update micropay_sessions set version = $3::bigint + 1, payee = $4, pending = $5::boolean,
      redeem_by = $6::bigint, data = $7
    where iss = $1 and sid = $2 and version = $3::bigint returning version
  )${taps}`;

const find = `select
    (select data from micropay_sessions where iss = $1 and sid = $2) as session,
    (select data from micropay_taps where iss = $1 and sid = $2 and tap = $3) as tap`;

export const sqlSessions = (rows: Rows): SessionStore => ({
  find: async ({ iss, sid }, id = '') => {
    const [row] = await rows(find, iss, sid, id);
    const session = sessionFrom(row?.['session']);
    const tap = tapFrom(row?.['tap']);
    return { ...(session && { session }), ...(tap && { tap }) };
  },
  save: async (session, changed) => {
    const { iss, sid, version, payee, pending, redeemBy } = session;
    const text = rowText({ ...session, version: version + 1 });
    const list = changed.map((tap) => {
      const { sub, scope, until, at, state } = tap;
      return {
        tap: tap.tap,
        sub,
        scope,
        until,
        at,
        state,
        pending: tap.pending,
        data: rowText(tap),
      };
    });
    const values = [
      iss,
      sid,
      version,
      payee,
      String(pending),
      redeemBy,
      text,
      JSON.stringify(list),
    ];
    return (await rows(version === 0 ? insert : update, ...values)).length > 0;
  },
  owns: async ({ iss, sub, scope }, now) => {
    const sql = `select 1 from micropay_taps
      where iss = $1 and sub = $2 and scope = $3 and state = 'taken' and until > $4::bigint limit 1`;
    return (await rows(sql, iss, sub, scope, now)).length > 0;
  },
  undone: async ({ iss, sub }, since) => {
    const sql = `select count(*) as count from micropay_taps
      where iss = $1 and sub = $2 and state = 'undone' and at >= $3::bigint`;
    return Number((await rows(sql, iss, sub, since))[0]?.['count']);
  },
  pending: async (payee, after, limit) => {
    const sql = `select data from micropay_sessions
      where payee = $1 and pending and sid > $2 order by sid limit $3::bigint`;
    return (await rows(sql, payee, after, limit)).flatMap(({ data }) => sessionFrom(data) ?? []);
  },
  untold: async ({ iss, sid }, limit) => {
    const sql = `select data from micropay_taps
      where iss = $1 and sid = $2 and pending order by at, tap limit $3::bigint`;
    return (await rows(sql, iss, sid, limit)).flatMap(({ data }) => tapFrom(data) ?? []);
  },
  forget: async (now) => {
    await rows(
      'delete from micropay_taps where not pending and until < $1::bigint and at < $2::bigint',
      now,
      now - keepSeconds,
    );
    await rows(
      'delete from micropay_sessions where not pending and redeem_by < $1::bigint',
      now - keepSeconds,
    );
  },
});
