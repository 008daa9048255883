// The peer of the enrolment benchmark: EST (RFC 7030) by Node's https and @peculiar/x509, in one process. It verifies and issues
// as ours does, and keeps nothing. Arguments: a folder for what the benchmark has to know, and the key that every device has.

import { createPrivateKey, webcrypto as crypto } from "node:crypto";
import { writeFileSync } from "node:fs";
import https from "node:https";
import { join } from "node:path";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

const [folder, key] = process.argv.slice(2);
const P256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const YEAR = 365 * 24 * 3600 * 1000;
x509.cryptoProvider.set(crypto);

const authority = async (name) => {
    const keys = await crypto.subtle.generateKey(P256, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        name: `CN=${name}`,
        notAfter: new Date(Date.now() + YEAR),
        signingAlgorithm: P256,
        keys,
        extensions: [
            new x509.BasicConstraintsExtension(true, 0, true),
            new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
            await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        ],
    });
    return { keys, certificate };
};

const web = await authority("Web root of the peer");
const est = await authority("EST authority of the peer");
const estKeyId = await x509.AuthorityKeyIdentifierExtension.create(est.keys.publicKey);

const serverKeys = await crypto.subtle.generateKey(P256, true, ["sign", "verify"]);
const server = await x509.X509CertificateGenerator.create({
    subject: "CN=localhost",
    issuer: web.certificate.subject,
    notAfter: new Date(Date.now() + YEAR),
    signingAlgorithm: P256,
    publicKey: serverKeys.publicKey,
    signingKey: web.keys.privateKey,
    extensions: [
        new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "localhost" }]),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
});
const serverKey = createPrivateKey({
    key: Buffer.from(await crypto.subtle.exportKey("pkcs8", serverKeys.privateKey)),
    format: "der",
    type: "pkcs8",
});

const issue = async (unit, body) => {
    const request = new x509.Pkcs10CertificateRequest(Buffer.from(body, "base64"));
    if (!(await request.verify())) throw new Error("the request is not signed by its own key");
    const certificate = await x509.X509CertificateGenerator.create({
        subject: `CN=${unit}`,
        issuer: est.certificate.subject,
        notBefore: new Date(Date.now() - 300_000),
        notAfter: new Date(Date.now() + YEAR - 600_000),
        signingAlgorithm: P256,
        publicKey: request.publicKey,
        signingKey: est.keys.privateKey,
        extensions: [
            new x509.BasicConstraintsExtension(false, undefined, true),
            new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
            new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
            new x509.SubjectAlternativeNameExtension([{ type: "url", value: `urn:peer:device:${unit}` }]),
            estKeyId,
        ],
    });
    return new x509.X509Certificates([certificate]).toString("base64");
};

const bodyOf = async (request) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    return Buffer.concat(parts).toString("latin1");
};

const unitOf = (request) => {
    if (request.url.endsWith("/simplereenroll")) {
        return request.socket.authorized ? request.socket.getPeerCertificate().subject.CN : undefined;
    }
    const [scheme, proof] = (request.headers.authorization ?? "").split(" ");
    const [unit, given] = Buffer.from(proof ?? "", "base64").toString().split(":");
    return scheme === "Basic" && given === key ? unit : undefined;
};

const cacerts = new x509.X509Certificates([est.certificate, web.certificate]).toString("base64");
const answer = async (request, response) => {
    response.setHeader("content-type", "application/pkcs7-mime");
    response.setHeader("content-transfer-encoding", "base64");
    if (request.url.endsWith("/cacerts")) return response.end(cacerts);
    const unit = unitOf(request);
    if (!unit) return response.writeHead(401).end();
    response.end(await issue(unit, await bodyOf(request)));
};

const listener = https.createServer(
    {
        key: serverKey.export({ format: "pem", type: "pkcs8" }),
        cert: server.toString("pem"),
        ca: [est.certificate.toString("pem")],
        requestCert: true,
        rejectUnauthorized: false,
        minVersion: "TLSv1.3",
    },
    (request, response) => answer(request, response).catch((error) => response.writeHead(400).end(String(error))),
);
listener.listen(0, "127.0.0.1", () => {
    writeFileSync(join(folder, "web.der"), Buffer.from(web.certificate.rawData));
    writeFileSync(join(folder, "est.der"), Buffer.from(est.certificate.rawData));
    writeFileSync(join(folder, "port"), String(listener.address().port));
});
