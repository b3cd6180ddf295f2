/** The schema, as numbered steps that are only ever added to. Times are seconds, money is millionths; rows that tell of money are never edited. */

export const migrations: readonly string[] = [
  /* 1: the first tap */ `
  create table meta (name text primary key, value text not null);

  -- People and how they prove who they are.
  create table persons (
    id text primary key,              -- per_…
    zone text not null,               -- IANA zone; days of the limits are days there
    strong_auth_at bigint not null,   -- last passkey
    spent_since_strong_auth bigint not null default 0,
    created_at bigint not null
  );
  create table passkeys (
    id text primary key,              -- credential id, base64url
    person text not null references persons (id),
    label text not null,
    public_key blob not null,         -- COSE
    counter bigint not null,
    transports text not null,         -- JSON
    created_at bigint not null,
    used_at bigint not null
  );
  create index passkeys_person on passkeys (person);
  create table logins (
    id text primary key,              -- SHA-256 of the cookie's token
    person text not null references persons (id),
    device_jwk text,                  -- key kept in that browser: what the cookie alone must not show, it shows
    present_at bigint not null,       -- last passkey in this login
    created_at bigint not null,
    expires_at bigint not null
  );
  create index logins_person on logins (person);
  create table passkey_challenges (
    id text primary key,
    challenge text not null,
    purpose text not null,            -- sign-up, sign-in, add, confirm
    person text,
    expires_at bigint not null
  );

  -- Payees and the origins that may ask in their name.
  create table payees (
    name text primary key,
    display text not null,
    open bigint not null,             -- 1: a button may stand on any page
    created_at bigint not null
  );
  create table payee_origins (
    payee text not null references payees (name),
    origin text not null,
    verified_by text,                 -- well-known, link, dns; null: not verified
    verified_at bigint,
    primary key (payee, origin)
  );

  -- The ledger: accounts and immutable transfers. Columns of accounts are sums of transfers, kept for speed.
  create table accounts (
    id text primary key,              -- play-money, person:per_…, payee:name
    kind text not null,
    currency text not null,
    debits bigint not null default 0 check (debits >= 0),
    credits bigint not null default 0 check (credits >= 0),
    overdraft bigint not null default 0, -- 1: the wallet's own counterpart of money outside
    created_at bigint not null,
    check (overdraft = 1 or credits >= debits)
  );
  create table transfers (
    id text primary key,              -- made by the caller: the same event twice is one transfer
    debit text not null references accounts (id),
    credit text not null references accounts (id),
    amount bigint not null check (amount > 0),
    currency text not null,
    code text not null,               -- sign-up, charge
    at bigint not null,
    check (debit <> credit)
  );
  create index transfers_debit on transfers (debit, at);
  create index transfers_credit on transfers (credit, at);

  -- What a person allows a payee, over all devices and reconnects; grants only narrow it.
  create table allowances (
    person text not null references persons (id),
    payee text not null references payees (name),
    currency text not null,
    per_payment bigint not null,
    per_day bigint not null,
    total bigint not null,
    used bigint not null default 0,
    agreed_price bigint not null,     -- the highest price agreed to on a consent page
    blocked_at bigint,
    primary key (person, payee)
  );
  create table days (
    person text not null references persons (id),
    payee text not null,              -- '*' for all together
    day text not null,                -- 2026-11-23 in the person's zone
    used bigint not null,
    primary key (person, payee, day)
  );
  create table grants (
    id text primary key,              -- gnt_…
    person text not null references persons (id),
    payee text not null references payees (name),
    sub text not null,
    origin text not null,
    jkt text not null,
    jwk text not null,
    currency text not null,
    per_payment bigint not null,
    per_day bigint not null,
    total bigint not null,
    created_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint
  );
  create index grants_person on grants (person, payee);
  create table connects (
    nonce text primary key,           -- the page's
    grant_id text not null unique,
    origin text not null,
    payee text not null,
    request text not null,            -- the body of POST /connect, as parsed
    finish text not null,             -- the wallet's nonce
    status text not null,             -- asked, approved, denied, done
    person text,
    interact_hash text unique,        -- SHA-256 of interact_ref
    limits text,                      -- what was approved
    created_at bigint not null,
    approved_at bigint,
    expires_at bigint not null
  );
  create table consents (
    id text primary key,
    person text not null references persons (id),
    payee text not null,
    origin text not null,
    text_version text not null,
    scope text not null,              -- JSON: limits, price shown, what was ticked
    at bigint not null
  );

  -- One row for each payment asked for: the idempotency record, its outcome byte for byte, and the receipt. Never expires.
  create table payments (
    id text primary key,              -- pay_…, also the transfer's id
    person text not null references persons (id),
    payee text not null references payees (name),
    cid text not null,
    rlm text not null,
    req text not null,
    grant_id text,
    status text not null,             -- paid, refused
    answer_status bigint not null,
    answer text not null,
    receipt text,
    amount bigint not null,           -- millionths
    currency text not null,
    at bigint not null,
    unique (person, payee, cid)
  );
  create index payments_person on payments (person, at);
  create table entitlements (
    person text not null references persons (id),
    payee text not null references payees (name),
    scope text not null,
    payment text not null references payments (id),
    until bigint not null,
    primary key (person, payee, scope)
  );
  create table calls (jti text primary key, expires_at bigint not null);

  create trigger transfers_stay_1 before update on transfers begin select raise(abort, 'transfers are never edited'); end;
  create trigger transfers_stay_2 before delete on transfers begin select raise(abort, 'transfers are never deleted'); end;
  create trigger payments_stay_1 before update on payments begin select raise(abort, 'payments are never edited'); end;
  create trigger payments_stay_2 before delete on payments begin select raise(abort, 'payments are never deleted'); end;
  create trigger consents_stay_1 before update on consents begin select raise(abort, 'consents are never edited'); end;
  create trigger consents_stay_2 before delete on consents begin select raise(abort, 'consents are never deleted'); end;
  `,
  /* 2: sessions */ `
  -- Keys of payees: they settle vouchers and sign tap receipts. A key is one payee's for ever; one that was taken back stays here.
  create table payee_keys (
    kid text primary key,             -- RFC 7638 thumbprint
    payee text not null references payees (name),
    x text not null,                  -- the Ed25519 public key, base64url
    added_at bigint not null,
    revoked_at bigint
  );
  create index payee_keys_payee on payee_keys (payee);

  -- A sum reserved for one payee under one approval. What is there in each of its columns only grows.
  create table sessions (
    id text primary key,              -- ses_…
    grant_id text not null references grants (id),
    person text not null references persons (id),
    payee text not null references payees (name),
    origin text not null,
    jkt text not null,
    jwk text not null,
    currency text not null,
    deposit bigint not null,          -- reserved in all
    settled bigint not null default 0, -- taken by the payee
    undone bigint not null default 0, -- of that, paid back by the payee
    released bigint not null default 0, -- given back, never taken
    fee_charged bigint not null default 0,
    seq bigint not null,              -- of the newest grant
    rby bigint not null,              -- redeemed until then
    created_at bigint not null,
    settled_at bigint,                -- first time
    closed_at bigint,
    check (settled + released <= deposit),
    check (undone <= settled)
  );
  create unique index sessions_open on sessions (grant_id) where closed_at is null;
  create index sessions_due on sessions (rby) where closed_at is null;
  create index sessions_person on sessions (person, settled_at);

  -- What was reserved when: it counts on its day, and what of it comes back is given back to that day, newest part first.
  create table holds (
    session text not null references sessions (id),
    seq bigint not null,
    amount bigint not null check (amount > 0),
    day text not null,                -- 2026-11-23 in the person's zone
    at bigint not null,
    further bigint not null,          -- 1: a top-up, or soon after another hold: one in ten minutes needs nobody present
    back bigint not null default 0,   -- released or undone
    primary key (session, seq),
    check (back <= amount)
  );
  -- The session's grants, as they were signed: asked again, they are the same bytes.
  create table session_grants (
    session text not null references sessions (id),
    seq bigint not null,
    signed text not null,
    primary key (session, seq)
  );

  -- What a payee took, a call at a time, and what of each session; the transfer is called settle:<settlement>:<session>.
  create table settlements (
    id text primary key,              -- stl_…
    payee text not null references payees (name),
    gross bigint not null,
    fee bigint not null,
    sessions bigint not null,
    signed text not null,
    at bigint not null
  );
  create table settlement_lines (
    settlement text not null references settlements (id),
    session text not null references sessions (id),
    amount bigint not null check (amount > 0),
    fee bigint not null check (fee >= 0),
    primary key (settlement, session)
  );
  create index settlement_lines_session on settlement_lines (session);
  -- The taps behind it, as the payee told them; the first word for a tap stays.
  create table settlement_items (
    session text not null references sessions (id),
    tap text not null,
    amount bigint not null check (amount > 0),
    reason text not null,
    title text,
    at bigint not null,
    primary key (session, tap)
  );
  -- Taps taken back after they were settled, with the answer byte for byte; the transfer is called undo:<session>:<tap>.
  create table session_undos (
    session text not null,
    tap text not null,
    person text not null references persons (id),
    payee text not null references payees (name),
    amount bigint not null,
    answer text not null,
    at bigint not null,
    primary key (session, tap),
    foreign key (session, tap) references settlement_items (session, tap)
  );
  create index session_undos_person on session_undos (person, payee, at);

  create trigger holds_stay_1 before update of session, seq, amount, day, at, further on holds begin select raise(abort, 'holds are never edited'); end;
  create trigger holds_stay_2 before delete on holds begin select raise(abort, 'holds are never deleted'); end;
  create trigger sessions_stay_2 before delete on sessions begin select raise(abort, 'sessions are never deleted'); end;
  create trigger session_grants_stay_1 before update on session_grants begin select raise(abort, 'grants are never edited'); end;
  create trigger session_grants_stay_2 before delete on session_grants begin select raise(abort, 'grants are never deleted'); end;
  create trigger settlements_stay_1 before update on settlements begin select raise(abort, 'settlements are never edited'); end;
  create trigger settlements_stay_2 before delete on settlements begin select raise(abort, 'settlements are never deleted'); end;
  create trigger settlement_lines_stay_1 before update on settlement_lines begin select raise(abort, 'lines are never edited'); end;
  create trigger settlement_lines_stay_2 before delete on settlement_lines begin select raise(abort, 'lines are never deleted'); end;
  create trigger settlement_items_stay_1 before update on settlement_items begin select raise(abort, 'items are never edited'); end;
  create trigger settlement_items_stay_2 before delete on settlement_items begin select raise(abort, 'items are never deleted'); end;
  create trigger session_undos_stay_1 before update on session_undos begin select raise(abort, 'undos are never edited'); end;
  create trigger session_undos_stay_2 before delete on session_undos begin select raise(abort, 'undos are never deleted'); end;
  `,
  /* 3: payees who sign up by themselves, what they sell without a server, and what comes back */ `
  -- Whose payee it is; null: the operator's.
  alter table payees add column owner text references persons (id);
  create index payees_owner on payees (owner);
  -- What name and display look like to the eye (lookalikes.ts), so that nobody is taken for another.
  alter table payees add column name_twin text;
  alter table payees add column display_twin text;
  create index payees_name_twin on payees (name_twin);
  create index payees_display_twin on payees (display_twin);
  -- What a look at the site found last, JSON, and when that was.
  alter table payee_origins add column findings text;
  alter table payee_origins add column looked_at bigint;
  -- How its page looks; all of it is the payee's own words.
  create table payee_pages (
    payee text primary key references payees (name),
    about text not null default '',
    amounts text not null default '[]', -- JSON: suggested sums in millionths, as strings
    picture_type text,                -- media type of what is kept, re-encoded by the payee's browser
    picture blob,
    undo_items bigint not null default 1, -- 0: what is opened by an item stays paid
    changed_at bigint not null
  );

  -- What is sold without a server: a price at the wallet and, for a locked page, its key, sealed by a secret beside the database.
  create table items (
    id text primary key,              -- itm_…
    payee text not null references payees (name),
    title text not null,
    amount text not null,             -- as asked, base units of currency
    currency text not null,           -- usd, usd-micro
    url text,                         -- where it is read
    sealed_key text,                  -- null: there is nothing to unlock
    closed_at bigint,
    created_at bigint not null,
    changed_at bigint not null
  );
  create index items_payee on items (payee, created_at);
  -- One price for several items: a list is an item itself.
  create table list_items (
    list text not null references items (id),
    item text not null references items (id),
    primary key (list, item)
  );

  -- Money that went back for a charge, by the payee or by the payer's undo; the transfer is called refund:<id>.
  create table refunds (
    id text primary key,              -- rfd_…
    payment text not null references payments (id),
    person text not null references persons (id),
    payee text not null references payees (name),
    amount bigint not null check (amount > 0),
    by text not null,                 -- payee, undo
    reason text not null,
    signed text not null,             -- micropay-refund+jwt
    at bigint not null
  );
  create index refunds_payment on refunds (payment);
  create index refunds_person on refunds (person, payee, at);
  create index refunds_payee on refunds (payee, at);
  -- A tap that was settled goes back by its payer's undo, or by its payee.
  alter table session_undos add column by text not null default 'undo'; -- payee, undo
  create index session_undos_payee on session_undos (payee, at);
  -- A payee looks at its own books.
  create index payments_payee on payments (payee, at);
  create index sessions_payee on sessions (payee, created_at);
  create index settlements_payee on settlements (payee, at);

  -- Questions about a payment, from its payer to its payee. Words can be erased, so they are beside the books.
  create table questions (
    id text primary key,              -- que_…
    person text not null references persons (id),
    payee text not null references payees (name),
    payment text,                     -- pay_…, ses_…; null: about something else
    state text not null,              -- open, answered, closed
    created_at bigint not null,
    changed_at bigint not null
  );
  create index questions_payee on questions (payee, changed_at);
  create index questions_person on questions (person, changed_at);
  create table question_words (
    question text not null references questions (id),
    at bigint not null,
    number bigint not null,
    by text not null,                 -- payer, payee
    text text not null,
    primary key (question, number)
  );

  -- A payment confirmed without script: the site's server exchanges the code for the receipt, once.
  create table receipt_codes (
    hash text primary key,            -- SHA-256 of the code
    payment text not null references payments (id),
    payee text not null references payees (name),
    expires_at bigint not null,
    taken_at bigint
  );

  -- A way in by a code that is mailed. Of the address there is a keyed hash, and nothing else.
  create table emails (
    address text primary key,
    person text not null references persons (id),
    added_at bigint not null
  );
  create table email_codes (
    id text primary key,              -- eml_…
    address text not null,
    code text not null,               -- keyed hash
    tries bigint not null default 0,
    expires_at bigint not null
  );

  create trigger refunds_stay_1 before update on refunds begin select raise(abort, 'refunds are never edited'); end;
  create trigger refunds_stay_2 before delete on refunds begin select raise(abort, 'refunds are never deleted'); end;
  `,
  /* 4: a payee keeps what its items opened */ `
  alter table payee_pages add column items_kept_since bigint; -- null: readers can take it back
  update payee_pages set items_kept_since = changed_at where undo_items = 0;
  alter table payee_pages drop column undo_items;
  `,
];
