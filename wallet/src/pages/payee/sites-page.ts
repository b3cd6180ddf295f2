/** Sites of a payee: which are known to be theirs, what was found at each, and what to paste where. */
import { html } from 'hono/html';
import { payeeStatementPath, payeeUrl } from 'micro-pay/protocol';
import type { Context } from '../../context.ts';
import type { OwnOrigin } from '../../payee-origins.ts';
import type { Statement } from '../../payees.ts';
import { statementLabel, type Finding } from '../../site-statement.ts';
import { sum, timeLabel } from '../labels.ts';
import { hidden, type Html } from '../layout.ts';
import { copyText } from './copy-text.ts';
import { payeePage, roomUrl } from './frame.ts';
import { actToken, type Own } from './own.ts';

export interface Sites {
  own: Own;
  zone: string;
  sites: OwnOrigin[];
}

export const sitesPage = (context: Context, seen: Sites): Html => {
  const { own, sites } = seen;
  const { payee } = own;
  return payeePage(context, {
    payee,
    room: '/sites',
    title: 'Sites',
    main: html`<p>
        A site that says you are paid for it makes people read <span class="good">verified</span>.
        It is asked now, once a day, and when you press the button; a month without its word, and it
        is verified no more.
      </p>
      ${sites.map((site) => siteCard(context, seen, site))} ${addForm(context, own)}
      ${waysPart(context, own)} ${openPart(context, own)}`,
  });
};

const addForm = (context: Context, own: Own): Html =>
  html`<form
    method="post"
    action="${roomUrl(own.payee.name, '/sites')}/check"
    data-send
    class="card"
  >
    <label
      >Add a site
      <input
        name="site"
        required
        maxlength="2048"
        placeholder="https://maya.example"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        inputmode="url"
    /></label>
    <p><button class="main">Look at it</button></p>
    ${actToken(context, own, 'check')}
  </form>`;

function siteCard(context: Context, { own, zone }: Sites, site: OwnOrigin): Html {
  const { origin, verifiedBy, findings, lookedAt } = site;
  const action = `${roomUrl(own.payee.name, '/sites')}`;
  return html`<article class="card">
    <h2 class="name">${origin}</h2>
    <p>
      ${
        verifiedBy
          ? html`<span class="good">Verified</span> by ${wayNames[verifiedBy]}.`
          : html`<span class="warn">Not verified</span>.
              ${own.payee.open ? 'Its buttons work as on any page.' : 'Its buttons can’t ask for anything yet.'}`
      }
    </p>
    ${
      findings.length > 0 && lookedAt !== undefined
        ? html`<dl class="found">
              ${ways.flatMap((one) => findings.filter(({ way }) => way === one)).map(findingRow)}
            </dl>
            <p class="note">Seen on ${timeLabel(lookedAt, zone)}.</p>`
        : ''
    }
    <div class="buttons">
      <form method="post" action="${action}/check" data-send>
        <button aria-label="Look again at ${origin}">Look again</button>
        ${hidden('site', origin)}${actToken(context, own, 'check')}
      </form>
      <form method="post" action="${action}/remove" data-send>
        <button class="danger" aria-label="Remove ${origin}">Remove</button>
        ${hidden('site', origin)}${actToken(context, own, 'remove site')}
      </form>
    </div>
  </article>`;
}

const wayNames: Record<Statement, string> = {
  link: 'a line in its start page',
  'well-known': 'a file',
  dns: 'a DNS record',
};

const foundWords: Record<Finding['found'], string> = {
  yes: 'says that you are paid for it.',
  other: 'is there, but doesn’t name this address.',
  nothing: 'isn’t there.',
  moved: 'leads elsewhere, and nobody is followed. Add the site it leads to, with or without www.',
  unreachable: 'can’t be seen: no answer in three seconds, or no public address.',
  'not-asked': 'would say nothing of this site.',
};

const findingRow = ({ way, found }: Finding): Html =>
  html`<div>
    <dt>${titles[way]}</dt>
    <dd${found === 'yes' ? html` class="good"` : ''}>${foundWords[found]}</dd>
  </div>`;

/** The easiest first. */
const ways: Statement[] = ['link', 'well-known', 'dns'];

const titles: Record<Statement, string> = {
  link: 'A line in the start page',
  'well-known': 'A file',
  dns: 'A DNS record',
};

/** One of the three is enough. */
const waysPart = (context: Context, { payee }: Own): Html => {
  const url = payeeUrl(context.issuer, payee.name);
  return html`<section class="card" aria-labelledby="ways">
    <h2 id="ways">What to paste, and where</h2>
    <p>One of these is enough, whichever you can reach.</p>
    <h3>${titles.link}</h3>
    <p class="note">Between &lt;head&gt; and &lt;/head&gt; of the site’s start page.</p>
    ${copyText({ id: 'paste-link', label: 'The line', text: `<link rel="micropay-payee" href="${url}">`, rows: 2 })}
    <h3>${titles['well-known']}</h3>
    <p class="note">At ${payeeStatementPath} on the site.</p>
    ${copyText({ id: 'paste-file', label: 'What is in the file', text: JSON.stringify({ payees: [url] }), rows: 2 })}
    <h3>${titles.dns}</h3>
    <p class="note">
      Of type TXT, named ${statementLabel} and a point before the site’s host, such as
      ${statementLabel}.maya.example.
    </p>
    ${copyText({ id: 'paste-dns', label: 'The record’s text', text: url, rows: 1 })}
  </section>`;
};

const openPart = (context: Context, own: Own): Html => {
  const { open } = own.payee;
  const cap = sum(context.policy.caps.openTap);
  return html`<form
    method="post"
    action="${roomUrl(own.payee.name, '/sites')}/open"
    data-send
    class="card"
  >
    <h2>On any page</h2>
    <p>
      ${
        open
          ? `Your buttons may stand on any page, and a tap takes ${cap} at most, on your own sites too. Keep them to verified sites to ask for more.`
          : `Your buttons work on verified sites only. They may stand on any page if a tap takes ${cap} at most.`
      }
    </p>
    <button name="open" value="${open ? 'no' : 'yes'}">
      ${open ? 'Only on verified sites' : 'Let them stand on any page'}
    </button>
    ${actToken(context, own, 'open')}
  </form>`;
};
