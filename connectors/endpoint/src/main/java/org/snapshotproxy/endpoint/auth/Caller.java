package org.snapshotproxy.endpoint.auth;

/**
 * Who asks, and where.
 *
 * @param account 12 digits
 * @param arn of the user or of the assumed role
 * @param accessKey empty if the request was not signed
 * @param region of the credential scope, or the default
 * @param service of the credential scope, or empty
 */
public record Caller(String account, String arn, String accessKey, String region, String service) {}
