/** The audit of refunds: each is one transfer from the payee to the payer of its payment, and together they are never more than was paid. */
import type { Rule } from './session-audit.ts';

const fits = `t.code = 'refund' and t.id = 'refund:' || r.id and t.debit = 'payee:' || r.payee
  and t.credit = 'person:' || r.person and t.amount = r.amount`;

/** What came back of payment p. */
export const refunded = `(select coalesce(sum(r.amount), 0) from refunds r where r.payment = p.id)`;

export const refundRules: readonly Rule[] = [
  {
    sql: `select r.id from refunds r where not exists (select 1 from transfers t where ${fits})`,
    says: (id) => `refund ${id} has no transfer`,
  },
  {
    sql: `select t.id from transfers t where t.code = 'refund' and not exists
          (select 1 from refunds r where r.id = substr(t.id, 8) and ${fits})`,
    says: (id) => `transfer ${id} is no refund of a payment`,
  },
  {
    sql: `select r.id from refunds r left join payments p on p.id = r.payment
          where p.id is null or p.status <> 'paid' or p.person <> r.person or p.payee <> r.payee`,
    says: (id) => `refund ${id} is not its payment’s`,
  },
  {
    sql: `select p.id from payments p where ${refunded} > p.amount`,
    says: (id) => `more came back of payment ${id} than was paid`,
  },
  {
    sql: `select r.payment as id from refunds r where r.by = 'undo' group by r.payment having count(*) > 1`,
    says: (id) => `payment ${id} was taken back twice`,
  },
  {
    sql: `select e.scope as id from entitlements e join payments p on p.id = e.payment where ${refunded} >= p.amount`,
    says: (id) => `the entitlement to ${id} was paid back`,
  },
];
