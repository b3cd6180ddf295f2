/** The audit of sessions: what was held, taken, given back and undone is one story in rows, transfers and counters. */

/** Asks for rows that must not exist; what it finds is named. */
export interface Rule {
  sql: string;
  says: (id: string) => string;
}

/**
 * A transfer of this kind that no row asked for, and a row without its transfer.
 * `at` is where the session's 26 letters begin in the transfer's id: looked up, not searched for.
 */
const pairs = (
  code: 'hold' | 'settle' | 'fee' | 'release' | 'undo',
  rows: string,
  transfer: { id: string; debit: string; credit: string; amount: string; at: number },
): Rule[] => {
  const fits = `t.code = '${code}' and t.id = ${transfer.id} and t.debit = ${transfer.debit}
    and t.credit = ${transfer.credit} and t.amount = ${transfer.amount}`;
  return [
    {
      sql: `select ${transfer.id} as id from ${rows} and not exists (select 1 from transfers t where ${fits})`,
      says: (id) => `${id} has no transfer`,
    },
    {
      sql: `select t.id from transfers t where t.code = '${code}' and not exists
            (select 1 from ${rows} and s.id = substr(t.id, ${transfer.at}, 26) and ${fits})`,
      says: (id) => `transfer ${id} is no ${code} of a session`,
    },
  ];
};

const purse = `'hold:' || s.id`;
const payer = `'person:' || s.person`;
const payee = `'payee:' || s.payee`;

export const sessionRules: readonly Rule[] = [
  ...pairs('hold', 'holds h join sessions s on s.id = h.session where 1 = 1', {
    id: `'hold:' || s.id || ':' || h.seq`,
    debit: payer,
    credit: purse,
    amount: 'h.amount',
    at: 6,
  }),
  ...pairs('settle', 'settlement_lines l join sessions s on s.id = l.session where 1 = 1', {
    id: `'settle:' || l.settlement || ':' || s.id`,
    debit: purse,
    credit: payee,
    amount: 'l.amount',
    at: 35,
  }),
  ...pairs('fee', 'settlement_lines l join sessions s on s.id = l.session where l.fee > 0', {
    id: `'fee:' || l.settlement || ':' || s.id`,
    debit: payee,
    credit: `'fees'`,
    amount: 'l.fee',
    at: 32,
  }),
  ...pairs('release', 'sessions s where s.released > 0', {
    id: `'release:' || s.id`,
    debit: purse,
    credit: payer,
    amount: 's.released',
    at: 9,
  }),
  ...pairs('undo', 'session_undos u join sessions s on s.id = u.session where 1 = 1', {
    id: `'undo:' || s.id || ':' || u.tap`,
    debit: payee,
    credit: payer,
    amount: 'u.amount',
    at: 6,
  }),
  {
    sql: `select s.id from sessions s left join accounts a on a.id = 'hold:' || s.id and a.kind = 'hold'
          where a.id is null or a.credits - a.debits <> s.deposit - s.settled - s.released`,
    says: (id) => `session ${id} holds another sum than its account`,
  },
  {
    sql: `select a.id from accounts a where a.kind = 'hold' and not exists
          (select 1 from sessions s where a.id = 'hold:' || s.id)`,
    says: (id) => `account ${id} is no session’s`,
  },
  {
    sql: `select s.id from sessions s where s.deposit <>
          (select coalesce(sum(h.amount), 0) from holds h where h.session = s.id)
          or s.seq + 1 <> (select count(*) from holds h where h.session = s.id)
          or s.seq + 1 <> (select count(*) from session_grants g where g.session = s.id)`,
    says: (id) => `session ${id} differs from its parts or its grants`,
  },
  {
    sql: `select s.id from sessions s where s.released + s.undone <>
          (select coalesce(sum(h.back), 0) from holds h where h.session = s.id)`,
    says: (id) => `what came back of session ${id} differs from its parts`,
  },
  {
    sql: `select s.id from sessions s where s.settled <>
          (select coalesce(sum(l.amount), 0) from settlement_lines l where l.session = s.id)
          or s.fee_charged <> (select coalesce(sum(l.fee), 0) from settlement_lines l where l.session = s.id)
          or (s.settled > 0) <> (s.settled_at is not null)`,
    says: (id) => `session ${id} differs from its settlements`,
  },
  {
    sql: `select s.id from sessions s where s.settled + s.released > s.deposit or s.undone > s.settled
          or s.settled < 0 or s.released < 0 or s.undone < 0`,
    says: (id) => `session ${id} gave more than it held`,
  },
  {
    sql: `select s.id from sessions s where
          (s.closed_at is null and s.released > 0) or (s.closed_at is not null and s.settled + s.released <> s.deposit)`,
    says: (id) => `session ${id} is neither open nor settled and given back`,
  },
  {
    sql: `select s.id from sessions s left join grants g on g.id = s.grant_id
          where g.id is null or g.person <> s.person or g.payee <> s.payee or g.jwk <> s.jwk
          or g.jkt <> s.jkt or g.origin <> s.origin or g.currency <> s.currency`,
    says: (id) => `session ${id} is not its approval’s`,
  },
  {
    sql: `select s.grant_id as id from sessions s where s.closed_at is null group by s.grant_id having count(*) > 1`,
    says: (id) => `approval ${id} has more than one open session`,
  },
  {
    sql: `select s.id from sessions s where s.settled <
          (select coalesce(sum(i.amount), 0) from settlement_items i where i.session = s.id)`,
    says: (id) => `the taps told of session ${id} are more than was taken`,
  },
  {
    sql: `select s.id from sessions s where s.undone <>
          (select coalesce(sum(u.amount), 0) from session_undos u where u.session = s.id)`,
    says: (id) => `session ${id} differs from its undone taps`,
  },
  {
    sql: `select u.tap as id from session_undos u left join settlement_items i on i.session = u.session and i.tap = u.tap
          left join sessions s on s.id = u.session
          where i.amount is null or i.amount <> u.amount or s.person <> u.person or s.payee <> u.payee`,
    says: (id) => `the undone tap ${id} was not settled`,
  },
  {
    sql: `select m.id from settlements m where
          m.gross <> (select coalesce(sum(l.amount), 0) from settlement_lines l where l.settlement = m.id)
          or m.fee <> (select coalesce(sum(l.fee), 0) from settlement_lines l where l.settlement = m.id)
          or m.sessions <> (select count(*) from settlement_lines l where l.settlement = m.id)
          or exists (select 1 from settlement_lines l join sessions s on s.id = l.session
                     where l.settlement = m.id and s.payee <> m.payee)`,
    says: (id) => `settlement ${id} differs from its lines`,
  },
  {
    sql: `select s.person || ' at ' || s.payee || ' on ' || h.day as id from holds h join sessions s on s.id = h.session
          left join days d on d.person = s.person and d.payee = s.payee and d.day = h.day
          group by s.person, s.payee, h.day having coalesce(max(d.used), 0) < sum(h.amount - h.back)`,
    says: (id) => `the day of ${id} counts less than its holds`,
  },
  {
    sql: `select distinct s.person || ' at ' || s.payee as id from sessions s where not exists
          (select 1 from allowances a where a.person = s.person and a.payee = s.payee)`,
    says: (id) => `the sessions of ${id} have no allowance`,
  },
  {
    sql: `select k.payee as id from payee_keys k where k.revoked_at is null group by k.payee having count(*) > 2`,
    says: (id) => `payee ${id} has more than two keys`,
  },
];
