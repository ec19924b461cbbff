// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.command.CommandCode;
import io.fleetverifier.command.KeyCommands;
import io.fleetverifier.command.PcrCommands;
import io.fleetverifier.command.Session;
import io.fleetverifier.command.SystemCommands;
import io.fleetverifier.command.TpmChannel;
import io.fleetverifier.command.TpmEntity;
import io.fleetverifier.command.TpmResponseException;
import io.fleetverifier.command.TransientObject;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.tpm.AkTemplate;
import io.fleetverifier.tpm.CredentialBlob;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.SrkTemplate;
import io.fleetverifier.tpm.TpmName;
import io.fleetverifier.tpm.TpmsAttest;
import io.fleetverifier.tpm.TpmsClockInfo;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.transport.TpmTransport;
import io.fleetverifier.transport.TpmTransports;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What a device asks of its TPM. Every method leaves no object and no session behind, whether it
 * succeeds or fails. Beside what the methods name, each throws {@link
 * io.fleetverifier.transport.TpmIoException} when the TPM does not answer, {@link
 * io.fleetverifier.command.TpmCommandException} when it refuses, and {@link TpmResponseException}
 * or {@link io.fleetverifier.tpm.TpmDecodeException} when its answer cannot be right.
 */
public final class Tpm implements AutoCloseable {

  private static final int MOST_QUOTES = 10;
  private static final int OWNER_HAS_PASSWORD = 1;
  private static final List<EkTemplate> ALWAYS = List.of(EkTemplate.L1, EkTemplate.L2);
  private static final List<EkTemplate> WHERE_CERTIFIED =
      List.of(EkTemplate.H1, EkTemplate.H2, EkTemplate.H3);

  private final TpmChannel tpm;
  private final SystemCommands system;
  private final KeyCommands keys;
  private final PcrCommands pcrs;
  private final EndorsementKeys eks;

  /** Takes over the transport, and closes it when it is closed itself. */
  public Tpm(TpmTransport transport, SecureRandom random) {
    this.tpm = new TpmChannel(transport, random);
    this.system = new SystemCommands(tpm);
    this.keys = new KeyCommands(tpm);
    this.pcrs = new PcrCommands(tpm);
    this.eks = new EndorsementKeys(tpm);
  }

  /** Opens the TPM at an address of {@link TpmTransports#open(String)}. */
  public static Tpm open(String address) {
    return new Tpm(TpmTransports.open(address), new SecureRandom());
  }

  /**
   * Every EK that this TPM can show: L-1 and L-2 always, H-1, H-2 and H-3 where it holds a
   * certificate for them.
   *
   * @throws TpmUnusableException when a certificate is for a key made otherwise
   */
  public List<Endorsement> endorsements() {
    EkCertificates certificates = new EkCertificates(tpm);
    List<EkTemplate> templates = new ArrayList<>(ALWAYS);
    WHERE_CERTIFIED.stream().filter(certificates::has).forEach(templates::add);
    List<Endorsement> endorsements = new ArrayList<>();
    for (EkTemplate template : templates) {
      endorsements.add(new Endorsement(template, ekArea(template), certificates.read(template)));
    }
    return List.copyOf(endorsements);
  }

  /**
   * The certificates that lead from the EK's to the vendor's root, where the TPM holds them; as
   * many as an enrolment may carry.
   */
  public List<Bytes> endorsementChain() {
    return new EkCertificates(tpm)
        .chain().stream()
            .filter(der -> der.size() <= Protocol.MAX_CERTIFICATE)
            .limit(Protocol.MAX_INTERMEDIATES)
            .toList();
  }

  /** The public area of the EK of the template. */
  public TpmtPublic ekArea(EkTemplate template) {
    try (LoadedEk ek = eks.load(template)) {
      return ek.area();
    }
  }

  /** The public area of the AK: the same at every boot, so that nothing need be stored. */
  public TpmtPublic akArea() {
    try (TransientObject ak = makeAk()) {
      return ak.area();
    }
  }

  private TransientObject makeAk() {
    return eks.makePrimary(AkTemplate.P256.template());
  }

  /** The Name of the SRK, made for this; empty when the owner hierarchy has a password. */
  public Optional<TpmName> srkName() {
    if ((system.property(SystemCommands.PERMANENT).orElse(0) & OWNER_HAS_PASSWORD) != 0) {
      return Optional.empty();
    }
    try (TransientObject srk = keys.createPrimary(TpmEntity.OWNER, SrkTemplate.P256.template())) {
      return Optional.of(srk.area().name());
    }
  }

  /**
   * Quotes the PCRs of the protocol (section 6, step 3).
   *
   * @throws TpmResponseException when the PCRs change too fast to be read as quoted
   */
  public Quoted quote(Bytes extraData) {
    PcrSelection selection = PcrSelection.of(HashAlg.SHA256, Protocol.QUOTED_PCRS);
    try (TransientObject ak = makeAk()) {
      for (int tries = 0; tries < MOST_QUOTES; tries++) {
        PcrCommands.Signed signed = pcrs.quote(ak.entity(), extraData, selection);
        PcrValues values = pcrs.read(HashAlg.SHA256, Protocol.QUOTED_PCRS);
        TpmsAttest attest = TpmsAttest.decode(signed.attest());
        if (speaksOf(values, attest)) {
          return new Quoted(signed.attest(), signed.signature(), values, attest.clockInfo());
        }
      }
    }
    throw new TpmResponseException("the PCRs read are not those quoted, " + MOST_QUOTES + " times");
  }

  private static boolean speaksOf(PcrValues values, TpmsAttest attest) {
    Bytes digest = values.digest(HashAlg.SHA256);
    return attest.quote().filter(quote -> quote.pcrDigest().equals(digest)).isPresent();
  }

  /** Reads PCRs, at most 24, of one bank. */
  public PcrValues pcrRead(HashAlg bank, Collection<Integer> indexes) {
    return pcrs.read(bank, indexes);
  }

  /** Extends one bank of a PCR with a digest. */
  public void extend(int pcr, HashAlg bank, Bytes digest) {
    pcrs.extend(pcr, bank, digest);
  }

  /** Extends every bank of a PCR with its digest of the data, of at most 1024 octets. */
  public void measure(int pcr, Bytes data) {
    pcrs.event(pcr, data);
  }

  /** The clock and the counters of boots, now. */
  public TpmsClockInfo clock() {
    return system.readClock();
  }

  /** TPM2_Startup, for a software TPM that no firmware has started. */
  public void startup() {
    system.startup();
  }

  /** The vendor's four characters, spaces and zeros at the end cut; empty when not told. */
  public String manufacturer() {
    Bytes id = Bytes.u32(system.property(SystemCommands.MANUFACTURER).orElse(0));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < id.size() && id.at(i) > ' ' && id.at(i) < 0x7f; i++) {
      text.append((char) id.at(i));
    }
    return text.toString();
  }

  /** The firmware version, 64 bits in the vendor's form. */
  public long firmwareVersion() {
    return system.property(SystemCommands.FIRMWARE_VERSION_1).orElse(0) << 32
        | system.property(SystemCommands.FIRMWARE_VERSION_2).orElse(0);
  }

  /**
   * Proves that AK and EK live in this TPM.
   *
   * @param ekName the Name of the EK that the blob is for
   * @throws io.fleetverifier.protocol.ReleaseRefusedException when this TPM has no such EK
   */
  public SecretBytes activate(EkTemplate template, TpmName ekName, CredentialBlob blob) {
    try (TransientObject ak = makeAk();
        LoadedEk ek = eks.load(template, ekName);
        Session session = Session.salted(tpm, template.nameAlg(), ek.entity(), ek.area())) {
      eks.authorise(session, ek);
      return keys.activateCredential(ak.entity(), ek.entity(), session, blob);
    }
  }

  /**
   * Makes sure, before anything is asked for, that a release could be opened.
   *
   * @throws TpmUnusableException with RELEASE_UNSUPPORTED when it could not
   */
  public void requireReleases() {
    if (!system.implementsCommand(CommandCode.IMPORT)) {
      throw new TpmUnusableException(TpmUnusableException.Why.RELEASE_UNSUPPORTED);
    }
  }

  /**
   * Opens a sealed share (section 7).
   *
   * @param releasePcrs values of the release's PCRs, as quoted
   * @param clock counters, as quoted
   * @throws io.fleetverifier.protocol.ReleaseRefusedException when the TPM does not open it
   */
  public SecretBytes openShare(SealedShare share, PcrValues releasePcrs, TpmsClockInfo clock) {
    return new ShareOpener(tpm, eks).open(share, releasePcrs, clock);
  }

  /** Closes the transport. */
  @Override
  public void close() {
    tpm.close();
  }
}
