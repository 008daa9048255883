// The peer of the onboarding benchmark: the certified OpenID Provider `oidc-provider` over TLS, for which everybody at
// contoso.example is somebody. Sign-in and consent are one form; nothing outlives the process.
//
// node idp.mjs FOLDER ADDRESSES CALL_BACK PASSWORD: FOLDER holds server.pem and server.key; ADDRESSES is written once it
// listens; CALL_BACK is the one redirect URI; PASSWORD is everybody's.

import { generateKeyPairSync, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";

const [folder, addresses, callBack, password] = process.argv.slice(2);
const file = (name) => readFileSync(join(folder, name));

// The library speaks its notices with console.info, one for each thing that a product would do otherwise.
console.info = () => {};
const { default: Provider } = await import("oidc-provider");

const server = createServer({ cert: file("server.pem"), key: file("server.key"), minVersion: "TLSv1.3", ecdhCurve: "X25519" });
await new Promise((listens) => server.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }, listens));
const issuer = `https://localhost:${server.address().port}`;
const client = { id: "cosmos-bench", secret: randomBytes(24).toString("base64url") };
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: [callBack],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_post",
    },
  ],
  clientAuthMethods: ["client_secret_post"],
  responseTypes: ["code"],
  scopes: ["openid", "email", "profile"],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "bench" }] },
  cookies: { keys: [randomBytes(32).toString("base64url")] },
  features: { devInteractions: { enabled: false } },
  ttl: { AuthorizationCode: 60, IdToken: 600, AccessToken: 600, Interaction: 600, Session: 600, Grant: 600 },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, email) => ({
    accountId: email,
    claims: () => ({ sub: email, email, email_verified: true, preferred_username: email, name: "Robin Example" }),
  }),
});
const answer = provider.callback();

function fits(given) {
  const [one, other] = [Buffer.from(String(given)), Buffer.from(password)];
  return one.length === other.length && timingSafeEqual(one, other);
}

async function interaction(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    return response.end('<form method="post"><input name="login"><input name="password" type="password"><button>Sign in</button></form>');
  }
  let body = "";
  for await (const part of request) body += part;
  const sent = new URLSearchParams(body);
  const login = sent.get("login") ?? "";
  if (!login.endsWith("@contoso.example") || !fits(sent.get("password"))) {
    return response.writeHead(401).end();
  }
  const grant = new provider.Grant({ accountId: login, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = { login: { accountId: login }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

server.on("request", (request, response) => {
  if (!request.url.startsWith("/interaction/")) return answer(request, response);
  interaction(request, response).catch((error) => {
    console.error(error);
    response.writeHead(400).end(String(error));
  });
});

const text = JSON.stringify({ issuer, client_id: client.id, client_secret: client.secret });
writeFileSync(`${addresses}.new`, text);
renameSync(`${addresses}.new`, addresses);
