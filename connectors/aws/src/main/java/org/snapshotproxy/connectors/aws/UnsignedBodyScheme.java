package org.snapshotproxy.connectors.aws;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;

/**
 * SigV4 that leaves the body of PutSnapshotBlock unsigned over plain HTTP too, as the service model
 * asks ({@code v4-unsigned-body}) and as the SDK does over TLS.
 *
 * <p>Over plain HTTP the SDK would digest every body a second time for the signature. The body is
 * bound to the request already: its SHA-256 is in the signed header {@code x-amz-Checksum}, and the
 * service checks it. Thread-safe.
 */
public final class UnsignedBodyScheme implements AwsV4AuthScheme {
  private final AwsV4AuthScheme standard = AwsV4AuthScheme.create();
  private final AwsV4HttpSigner signer = new Signer(standard.signer());

  @Override
  public String schemeId() {
    return SCHEME_ID;
  }

  @Override
  public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
    return standard.identityProvider(providers);
  }

  @Override
  public AwsV4HttpSigner signer() {
    return signer;
  }

  private record Signer(AwsV4HttpSigner standard) implements AwsV4HttpSigner {
    @Override
    public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
      boolean unsigned = Boolean.FALSE.equals(request.property(PAYLOAD_SIGNING_ENABLED));
      if (!unsigned || !"http".equals(request.request().protocol())) {
        return standard.sign(request);
      }
      // The signature covers neither scheme nor port, but for the host header, which is set here as
      // it will be sent.
      SdkHttpRequest plain = request.request();
      SdkHttpRequest secure =
          plain.copy(
              builder ->
                  builder.protocol("https").port(plain.port()).putHeader("Host", host(plain)));
      SignedRequest signed = standard.sign(request.copy(builder -> builder.request(secure)));
      return signed.copy(
          builder ->
              builder.request(
                  signed.request().copy(sent -> sent.protocol("http").port(plain.port()))));
    }

    private static String host(SdkHttpRequest request) {
      return request.port() == 80 ? request.host() : request.host() + ":" + request.port();
    }

    @Override
    public CompletableFuture<AsyncSignedRequest> signAsync(
        AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
      return standard.signAsync(request);
    }
  }
}
