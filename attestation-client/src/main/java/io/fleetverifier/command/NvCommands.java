// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.TpmName;
import io.fleetverifier.tpm.TpmReader;
import io.fleetverifier.tpm.TpmWriter;
import java.util.List;

/** Commands on NV indexes. TPM 2.0 Library, Part 3: Non-volatile Storage. */
public final class NvCommands {

  /** Octets that every TPM gives out at once. */
  private static final int CHUNK = 512;

  private static final int OWNER_READ = 1 << 17;
  private static final int AUTH_READ = 1 << 18;
  private static final int NO_DA = 1 << 25;

  private final TpmChannel tpm;

  public NvCommands(TpmChannel tpm) {
    this.tpm = tpm;
  }

  /**
   * TPMS_NV_PUBLIC, as far as it is of use here.
   *
   * @param attributes TPMA_NV
   * @param size octets of data
   */
  public record NvIndex(TpmEntity entity, long attributes, int size) {
    private boolean has(int attribute) {
      return (attributes & attribute) != 0;
    }
  }

  /** TPM2_NV_ReadPublic. */
  public NvIndex readPublic(int index) {
    List<TpmEntity> handles = List.of(TpmEntity.permanent(index));
    TpmReader in =
        tpm.execute(new TpmCommand(CommandCode.NV_READ_PUBLIC, handles, Bytes.EMPTY)).reader();
    Bytes area = in.sized("nvPublic", TpmLimits.LARGEST_STRUCTURE);
    TpmName name = TpmName.decode(in.sized("nvName", TpmLimits.LARGEST_STRUCTURE));
    in.end();
    TpmReader members = new TpmReader("TPMS_NV_PUBLIC", area);
    if (members.u32("nvIndex") != Integer.toUnsignedLong(index)) {
      throw members.fault("nvIndex", "another index than asked for");
    }
    members.u16("nameAlg");
    long attributes = members.u32("attributes");
    members.sized("authPolicy", TpmLimits.LARGEST_DIGEST);
    int size = members.u16("dataSize");
    members.end();
    return new NvIndex(new TpmEntity(index, name), attributes, size);
  }

  /**
   * TPM2_NV_Read of the whole index, by its own empty password or that of the owner.
   *
   * @param ownerHasPassword whether only the index's own password is left
   * @throws TpmCommandException also when nobody without a password may read it
   */
  public Bytes read(NvIndex index, boolean ownerHasPassword) {
    // The index's own password counts against the dictionary attack lock-out, unless noDA is set.
    boolean ownPasswordIsFree = index.has(AUTH_READ) && index.has(NO_DA);
    boolean byOwner = !ownPasswordIsFree && index.has(OWNER_READ) && !ownerHasPassword;
    TpmEntity reader = byOwner ? TpmEntity.OWNER : index.entity();
    Bytes data = Bytes.EMPTY;
    while (data.size() < index.size()) {
      int size = Math.min(CHUNK, index.size() - data.size());
      data = Bytes.concat(data, read(reader, index.entity(), size, data.size()));
    }
    return data;
  }

  private Bytes read(TpmEntity reader, TpmEntity index, int size, int offset) {
    TpmWriter parameters = new TpmWriter().u16(size).u16(offset);
    TpmReader in =
        tpm.execute(
                TpmCommand.of(CommandCode.NV_READ, List.of(reader, index), parameters),
                Authorization.EMPTY_PASSWORD)
            .reader();
    Bytes data = in.sized("data", size);
    in.end();
    if (data.size() != size) {
      throw new TpmResponseException("the TPM gave fewer octets of an NV index than asked for");
    }
    return data;
  }
}
