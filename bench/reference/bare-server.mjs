// P9: the same check by node:http alone: one address, no router, no Request and no Response.
import { createServer } from 'node:http';

export const bareServer = (shop, article) =>
  createServer((request, response) => void answer(shop, article, request, response));

async function answer(shop, article, { headers }, response) {
  try {
    const tap = await shop.check(headers.authorization);
    response.writeHead(200, {
      'content-type': 'text/html; charset=UTF-8',
      'cache-control': 'private',
      vary: 'Authorization, Cookie',
      'payment-receipt': await shop.receiptOf(tap),
      'content-length': Buffer.byteLength(article),
    });
    response.end(article);
  } catch {
    response.writeHead(402).end();
  }
}
