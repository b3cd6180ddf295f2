/**
 * `micro-pay/protocol`: the wire contract, pure. For wallets, other payees' servers, and tools.
 * Every name is listed here by hand: this is the public surface.
 */
export { Problem, problemDetails, problemFrom, problems, isProblemCode } from './problem.ts';
export type { MoneyMoved, NextStep, ProblemCode, ProblemDetails } from './problem.ts';
export {
  base64url,
  bytesFrom,
  canonicalJson,
  decodeJson,
  encodeJson,
  equalInConstantTime,
} from './encoding.ts';
export { jsonLimits, parseJson, sha256, textFrom, utf8 } from './encoding.ts';
export { id, printable, seconds, shaped, shortText } from './shape.ts';
export { currencyFrom, isCurrencyId, microScale, minorUnits } from './currency.ts';
export type { Currency } from './currency.ts';
export {
  amountFrom,
  amountSchema,
  currencySchema,
  decimalFrom,
  inLedgerUnits,
  moneyFrom,
  priceLabel,
} from './money.ts';
export type { Money } from './money.ts';
export { policy } from './policy.ts';
export type { Policy } from './policy.ts';
export {
  jwkFrom,
  jwkSchema,
  jwksSchema,
  nativeVerify,
  publicKeyBytes,
  thumbprint,
} from './keys.ts';
export type { Jwk, Signer, Verify } from './keys.ts';
export { assertStrongKey, isStrongKey, strictVerify } from './ed25519.ts';
export { longBase64url } from './long-encoding.ts';
export { maxJwsLength, parseJws, signJws, verifyJws } from './jws.ts';
export type { Jws, JwsType } from './jws.ts';
export { assertOrigin, finishUri, isLoopbackHost, isOrigin } from './origin.ts';
export { payeeFrom, payeeName, payeeSchema, payeeUrl } from './wallet-address.ts';
export type { Payee } from './wallet-address.ts';
export {
  chargeRequestFrom,
  encodeChargeRequest,
  maxRequestLength,
  scopeSchema,
} from './charge-request.ts';
export type { ChargeRequest } from './charge-request.ts';
export {
  assertOwnChallenge,
  bindChallenge,
  challengeKey,
  challengesFrom,
  digestOf,
  encodeOpaque,
  formatChallenge,
  mac,
  opaqueFrom,
  secondsFrom,
  timeFrom,
} from './challenge.ts';
export type { Challenge, MacKey, Opaque, UnboundChallenge } from './challenge.ts';
export {
  credentialFrom,
  linkedChallengeFrom,
  formatCredential,
  maxCredentialLength,
  receiptPayloadFrom,
} from './credential.ts';
export type { Credential, ReceiptPayload } from './credential.ts';
export {
  changedItemSchema,
  contentKey,
  itemId,
  itemSchema,
  itemScope,
  maxListed,
  maxTitle,
  newItemSchema,
  ownItemAnswerSchema,
  ownedAnswerSchema,
  ownedRequestSchema,
} from './item.ts';
export type { ChangedItem, Item, NewItem, OwnItemAnswer, OwnedAnswer } from './item.ts';
export { parseIntent, signIntent } from './intent.ts';
export type { Intent } from './intent.ts';
export { authorizeCall, callerFrom, verifyCall } from './call.ts';
export type { Call } from './call.ts';
export { environment, parseGrant, signGrant } from './grant.ts';
export type { Environment, Grant } from './grant.ts';
export { parseReceipt, reasonCode, signReceipt } from './receipt.ts';
export type { ReasonCode, Receipt } from './receipt.ts';
export { parseRefund, signRefund } from './refund.ts';
export type { Refund } from './refund.ts';
export { encodeSessionRequest, sessionRequestFrom } from './session-request.ts';
export type { SessionRequest } from './session-request.ts';
export { parseVoucher, resourceSchema, signVoucher } from './voucher.ts';
export type { Voucher } from './voucher.ts';
export { sessionPayloadFrom } from './session-payload.ts';
export type { SessionAction, SessionPayload } from './session-payload.ts';
export { parseTapReceipt, signTapReceipt } from './tap-receipt.ts';
export type { TapReceipt } from './tap-receipt.ts';
export {
  openSessionSchema,
  parseStatement,
  sessionAnswerSchema,
  signStatement,
  statementAnswerSchema,
  topUpSchema,
  undoAnswerSchema,
  undoSchema,
} from './session.ts';
export type {
  OpenSession,
  SessionAnswer,
  Statement,
  StatementAnswer,
  TopUp,
  UndoAnswer,
} from './session.ts';
export {
  maxSettlementBytes,
  maxSettlementLines,
  parseSettlement,
  settlementAnswerSchema,
  settlementRequestSchema,
  signSettlement,
} from './settlement.ts';
export type {
  Settlement,
  SettlementAnswer,
  SettlementItem,
  SettlementRequest,
} from './settlement.ts';
export { parseProof, signProof } from './proof.ts';
export type { Proof } from './proof.ts';
export {
  allowanceSchema,
  connectAnswerSchema,
  connectRequestSchema,
  connectUrl,
  continueAnswerSchema,
  continueRequestSchema,
  continueUrl,
  finishSchema,
  interactionHash,
  nonceSchema,
  payAnswerSchema,
  payUrl,
  startUrl,
} from './connect.ts';
export type {
  Allowance,
  ConnectAnswer,
  ConnectRequest,
  ContinueAnswer,
  Finish,
  PayAnswer,
} from './connect.ts';
export {
  discoveryPath,
  receiptCodePath,
  discoverySchema,
  jwksPath,
  jwksUrl,
  payeeStatementPath,
  payeeStatementSchema,
} from './discovery.ts';
export type { Discovery } from './discovery.ts';
