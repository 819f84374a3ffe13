/**
 * The probe texts' vectors of a few models in full precision, and with the weights that move them most: q8 alone moves
 * all-MiniLM-L6-v2's by up to 0.011 in cosine, so fp32 is no judge of a server of the q8 file, nor the other way round. A
 * device that can't run the model at all is none either.
 */
import type { Dtype } from '../../../api/vocabulary.js';
import { fromBase64 } from '../../../util/base64.js';
import type { ProbeReference } from '../parity-probe.js';

/** One model's vectors, and the space they are of when nothing but its own files decides. */
interface KnownProbes {
  readonly canonicalName: string;
  readonly dtype: Dtype;
  readonly space: string;
  readonly dimensions: number;
  /** Base64 of `[dimensions]` int8, one a text, the long one last. The cosine with the float vector is at least 0.9999. */
  readonly rows: readonly string[];
}

/** Source: computed by this library with ONNX Runtime on WASM; `test/browser/remote/known-probes.test.ts` compares. */
const KNOWN: readonly KnownProbes[] = [
  {
    canonicalName: 'all-MiniLM-L6-v2',
    dtype: 'fp32',
    space: 'all-MiniLM-L6-v2@main;pooling=mean;scale=unit;prompts=none;dimensions=384',
    dimensions: 384,
    rows: [
      'FBwAIcH4OQ4O8vPg8Anw9NwB8/HnGwIB2yno7Pbg3AD7HeLk+wEeIe3S8fbwAhDfGP7dC+z99wAc9vLwAgYAKg4AAAUb+gcV8AAK7kf8OAn8D/IUFiT/CdwLCfsjCMQR/Nbpfw4O6B8C+AYBBAj/5+AdFAv07jD2FPvm+uTS5gD9ywjyGyACENAJ0AfY+RL7+QztCfkqJyr90+/S9wYc+yL+z7r25wkNGwgcCwQEFi7bHyzy9/L1+vnd/zcMKTIPJM8g+jsYzf4e1xfq7wzVDQD/IxnkLv7U/zPUIBvZIAAH6PMW1R4T9vIx6iFGBxUS+OsSBtj62hEJ/A4BEq8R4PjuBUT38vP9EBj4J+T16wIWCdTdAOsMC+n0/Q8OGfsc3fH12P7lRhnS/t8VAxnw4f7p+RPt3Bwk/g0SBQHe/ADr59AGKRnz1PL6He8TFysN8AEOPdoT0RHs9AE6BPf/CuzVBu4P1yn3EB8s2cQAENIIBAElGSIBCP747B1WISEb',
      '8Tql9sfazyMINgMh8xwIKbpX+v095xHXD94OM9/6zzUew9fl4Dkg1inU+dj5BiYSOx839eT78vjmZwifVhL9PsHfaZwJ9tcBFawL0zX48UC2HHM3P+4xGv/x1PrxGMQK6v4gPifJJETfKRsQ+UYFEEcf2vLFTfZcHRrwIeTn8ADHDyniANUKBAn4PeEOuRLU6gkR7M0KJtQ5/in3KwEH9QAoCR7RCuD1PeoO8gVCCS3OxwkHzRjz0jD6pPwUGSpK9uLr1L/tsDIGLYHmA/XFu93j0eDnz/YSZLzGw/PBGADx9kYvz/9r4AUH5/f79f4DDRvq66Av7fTo5yEk5A7CveNs21Hy2fP48OX/+9ALEwP3rT0LRvI/NBD1C+AFQuzt7+/L1d8v7C0p8B2xFNT2pP21JxveESUTHgsPaRYcFQAe8vAcIQw8+tPe2gJCAxb+/x8W87Ho++U1sSgVDTX8ByD88/DtKjc6IGLOJuvfAffk7UgOCugvGQnG21m+ED+f',
      '+kQV/9pIDzjOQPcI7tnt9fAptfvl5isHKdP2GyvjWVIH2enD/cHvUuDjgdQaGK9Q2ibQ0fnICasP6iHHCfys9esIH97LSFbnJ/vV/RYBJ55MFhLOBh7iHTu/1CakPt4LAvYdLxsl+AO1DQYc4yH70f7EF/UNvk21OCAcDhIR+QDGn+tS1f3gAgMAzvjL6hzVIQQR9Mrp6T5jDzbL3hEjEe299/vpMbvwJ+j5tgEU+fo39/sxti7mMabUEM/yKywJ5cs8/DJSyfER6hQ2LxUPGrj5BN4i8i/ZCC0b6wU0BgBAG7tf0y/5Me3yCg1EE/L9Ht3s6gfvBEb5/+jWA/sV5if+x/xVHhElAiLVKerLS/MO2ScH/NM/ERyP83NdTx+dL8udHHcvSCzvFcPOSDEaDeTnzB6o1CS0/+3TL/720wD69fApH8ryD9wFHf+xA8Aq2UXjtzkI3Lvg8Q0r/PO/JgfsGSf7GeERLyM16qGb+eMK580mH0MFTAXS3voO5N8i',
      'HjMfEAhAzN2/590LwkDg/r73EPVWzyj5wVj8vwfiw/HV9UspFgUW//QN3BneACQDIDsj+uTLJj0FuvrvCRC9GAQJr+0asC/mCdIKBLbM2unzzvP95SHvIzYM/wTJBAHGBnA6IWIsLc8MDOX8tdL+N0EG7EL0DvodD+VMxMc+AgDUrubwPNPpHtD8JQrdHOEPPjMosAiz/SAk/ekkLfs58k0lLEszFwSj/LWq7QbwaAP9BRHrkfvc+w7xB+FJPiIEBRYU5iQuCt3VxlUXIOYJQX/0H/fx4P057QDE8Osj7wDqqPob4dz0MAMSHyPn/vjmVS3mSc4l49IFP8O8NA/6mREe6u072hVF6wfhEBUfp0Pg2+3tEbktTBHoBCn83qEc1dnyRLTu8hjsy6UzPz5WBb/e8g8V9uDQAE0a+wMy+gAO21jOP6BbNRBASMbQ5wTZCe4cCiqxSAz0BA/YCicCEO4DCOj49LsiLZfkARIsQOsQ/LwEHuMNFju6A+b7F5zq',
      '9Cs0+xIBzu8f+Agn5P34GPQe4wJE7/rrHfYbEO3r5w6x+Q4hVv8aBAnV4iDzIPzXyO/7BMe69jf8ITYD5OnqHwP32gf89zAeDcDNris93gLN+/YUDS30AAr3A/LkIj33/zr8AkUlwC0ixQv3CP4p3UH16QLlCxIRGAg13P4dQQDt2PjFPssLJCTpx+C+9IH2adb28Cj2FNTO3tL9Hi3i1yct+Q0O6/P11g7z+gO6J/rg/SIEMRLp6+8MukILHQ/8+hs3ARb5+vHjNy7/JvUX5hHS4Q0/5yTMAPwLFTj1KAA5/9Lw0OQ43Q3jtub3GN8WWiv/JP4H2gr4M07IBcxI2iXwtjU9BOseRuUa5+An2CMHHvn3Ei77tkP58AbU3ubvHBL39wDy8g6dvcocvi3l3twT2w7F90rOEfAtFuk53wAFBgAI+fRaFvfpAjADziTiKpn1yxIi4t7k6PPtPNb8GOEC8+QFANz8CfzTGSDu9P3f0P0UFhg0BwkJ4DFBFQD4',
    ],
  },
  {
    canonicalName: 'all-MiniLM-L6-v2',
    dtype: 'q8',
    space: 'all-MiniLM-L6-v2@main;pooling=mean;scale=unit;prompts=none;dimensions=384',
    dimensions: 384,
    rows: [
      'EiH/IMj6QA0V9PPa8QTs798C9PToIgQA3TDm6PXZ3wL7HuHj/QAfH+/V8PHuAg7eGATeDPL5+v8g9PTxBQj/KREE/wge9AQW8voP7UT7NA8EE+0RFCb9D98NA/wlCcQQ/tfkfw4M6BoB+QYKBAcC5OMfDw3z7S70G/Tp9+PS6gD80AvtGiEDEtEKzALY9hT78wbrA/8mJSz/1u7U+gge/R8Az7305gYDGgobCwwHFyzVIynw+fAA+ADcADYOKjMSJ9Qh+T0Uz/8f2xTm8QrWEQL8IhblLwHYBDPWHhneIwAR6vkR2BcT9+sy7CFADRwS9+gSBNf22gwL/gkLDrMT4/bxBUHx+Pf/Cx33LOT26AgXCtTWAewKEOn6+g0QHPoc3/X20wTrRRnTA9sWAyDs4ADu9w/v3hgc/hEQCP/c/gDt4s0AJxr40vP3FfcTIywQ6/cJPNkT1BHv8v47APgCDuvQBuwP1irvChgy1bz9Ds4E/wEbFSUAAP387BpXHiAd',
      '6zaj9sra0SEGLgYl8hcNMrZT+QI98Q/hE9sYOeD+0j4dwdfn4DgkzinT9dL2AyIWOx84+eP18/XyZwegWQ0FO7bkaJoC8tUGGasS0zj5+Ty5G3E0PugmGQvyzvXzE70D6PUeRxvNH0rcLRkO8koLGUMgzurETfJVIiHoIOnu9gDMECvlBN0LAwvzPuALshPU6QsV7sYMItYv+Sr0JwEL8gMmDhnKBN32NeoR7gBB/zLLyAQOzR7u0y33oPYPFSlG9un0173stDcGL4HeD/nHweHh0djf2PcNY7zGyPbKHADw80QyzAJq4wEA4vrw7/sLEhnw7qIu6/Hx4hkz6gzDu+dj3lLs2PMB9+L5BtAPFvr4q0APRvk/OBXzAd/9Per38/LPz90r5i0r7x60DcrxpvewISTiCyYUIQkJaBgZHAAe7fAfIwo4+9Lg2gxCAQ/8BBsW8qjj/OArrywTCi/3AyII8O/lLDc7F2THJuPg9//k6UMUCekrHA7D4Fy9DkCc',
      '90EZBN5MDifGP/cR9dH49e4ntOvf5x4MKs3uJDDkbmQFzOPE88LvS+PXgs0gGqlY3CjGzvfEB6gQ5B+4BgOl6+YDI+DMUVTfLADWAxIIMaNVFhjPBRbfHEXIvyesP9j+CfsVPhg2+fmwDgci5iT01Aq/GPAPw1GyMiMgFRYS9wC9lPJa0P3a/f381OzP4inMFQIP7sXx4T9tEEPQ2xMtFeOu+gLnKb7xJeD+uAYdAPU5+PcxryTbL67TEMPnLTEM2800+DNd1fcZ6xU1NxIUHb/8Ctsk8jjTCzcX6Ac8BQBHGb5r2S7/MvXpEgtMHPkBI9Ho+P7vAk7uAeHdBgEe3CL0wf9PHQor9SHIL/DXUPEF2yMJ8NNIFhuU8GpnTByaNcKmHX8wTTPmGs/SQDkUB+bmyhqg4CGu/u3OJ/3o1wD48+krGbTyD+YHKgGtBcMw1UfetjwK27Pq9A4u+u7JIwnqFTQAGugUNyso7pKU+Nj/0sYjJEkPSwXX4/sW4d8a',
      'JDkjEAg9xd+35twGxUDkBMj5FvpSyyXwx2L+vwLmvPPc8E80FAQSAvQO4xjcBioCJDck/+TALjoFtvjvBw++HQkOq+sfrC/tEL0FCa7O3eDvxPEN4B/zHz4S+/zFAv3C/W09LWArLsoWDegCsdQANTwK5Ej0Cv4XFONPwM9B/ADXr+TzRNPrFMwCLAjeH94XPDMirAWv+Rwp/OEiLv1B9U0jN1UwFAKk+Kyv6wfpVgoHCBX1jfrb+A7xButARSL9BhkY5yUnCuLOxF8bJOYOQ3/zFvLl5/828ATF7+Yn6ADpqP0f4dLzNQMWGiDo/v3iUi7rRMsk380CPsC8KRP2mQwd6/dA0hlE3/7bExQhskrj3ev7ErMySw7n/C324Zwf1Nv6Qrjv8hvqy6kwRUNWB8Xd8xMX/uLJAU0X//ww+QAM5FXMQaBcNQVBR87F3wDaCecVBiarTwb0Ag/aByMHFusDFOT09MAkJp3pAA4yTO4D9LsEGesMFTm7AOr2F5rh',
      '9S4y9xT5yO4c8Qgn3gD2Ffcb6QFB8frrIfUiE/Pn7BSu9Q8hW/wZBwvU6CH1Iv3SzesBAsm2+Df3ITgB4uPtHQD32Aj87y4bC7rIsSg63ArJ//YZDjD0BQP1APTjIUP//Dv6AD8puzAixxD1Cvoo4EH37P/qDRQLGQY13AAoSAD02PzBQcUMIifiyd/B7YH4cdb36i/zFtDM4tD9ISzr1ykw+RMN7fry1w329AG6KffcBCQJMhLn5+0GtkcJHw/99hs6Ahf2BurfOTMAK/sV3BbR4Q5B8STPAv4QEzP9JgBA/9DmzuM/3g/iu+f6GdYeWTH9HAkM1gb9NUvIBMhJ3SvwtzQ4Ce4gQt8T5dsr3yMLIvH2GDkAu0797gbZ2OTpIhL36wXv6xGhvL4fvSTg4dEQ2AzB8k7NDfMwGOQ+3wAHBwIJ+e5ZE/nm/SkJyCPhMpn0yRMd5Nfg5vnzPM/5HeP97OgFBdz9BvzSGCLu9PzgzAQPFhw0CgcL5Dg8E/r6',
    ],
  },
  {
    canonicalName: 'universal-sentence-encoder-lite',
    dtype: 'fp32',
    space: 'universal-sentence-encoder-lite@main;pooling=model;scale=unit;prompts=none;dimensions=512',
    dimensions: 512,
    rows: [
      'fYKBg1Syf4FrgX9fgYGBeoF/TYGDgn3VgX91f35/v4GjgX54gqF/jXx+d4V/i4p/f45/foGCgX+NZWE4g62W+oKEgYF7gZOBJX+Dp7V/gcznhoF+f3+Ig4WNgYG1soGDgYqpf4Haf3+BgtLUk7WBgR2Kf34bgXCChz5/gYZ/fk1/aH+BgX+YtHDIgX+Pf2h/4YGBhp2Ww4KBgYFngXN/f4d7osGB0n6Bh3uCToHggXwaf3+LgX90hn+BfX+Bf4Ewf30/hJl/5n2BfXuBaIH7f35/83bmf3/kf0R/hp6BVwF1b2+BfIPchZDvf4t8H4R/f3t3gX3uUpOBen6Ef4KNfGvrfX+BT7/gNH+BgX+LdIF/gXpqhjR/dIGFTn9Xf3p+gYG+eoGBf4F/foF/X3AUe3+S2n8lflCQfX6Biwt/fod/gX9jf39/g4iOgWN/f35/Rnvif4WCeXCDf353f3+Bf36BgX+BgYvIeX9igYGBf6aCgYG9VVfXgnl4f4GBa4GBjoGRf6mBgX8IgRR/f4KBgYF/hIF4f3+Bf4Ffn4JcfVV5gXotf4F/gTd/f3+BnUpegX6TXYF/j4GB62F0jXt/gX1/gX8fWYKCdYFUfyF+wop+f4F/f4F/f3d4geW+f4WBgVN/e25siK2B7YSBPa58fqt5en+DtIFsgX9/gn+PO4M=',
      'k+Z+gn1+Zb+KfXrmVWrpR3FscyBTuoG5sYXFNhCh4l1jsvYHvioEidKBCUfSjqoYKWvobFRBaoOVmii9g/Cmlcmg7H1s8G+yfm+G4JJ7hgNwMyMgNlr232EwaF74ApPtAYLBw2+wdYRbrZofnAJUcPl1VB2OQHZbG1AAGvgig2z9EW6QZP3mkX6IhX5vhlV7hkLICeN1ftmNrn3DgbFqk7r9UdWts6CMaVqUBwpifnr0KwY7sdrUqE7yO1qch1yyYGiMuzhCZ1EMTDGEenKB8aZ+5PoIhrj6nhFJiMZ8MYJTmJeETXV25A9sKnsZd5MLgtiGe36E2E/4jRUp15FHanEiMJ5BHFQzf3MnmkRdLkZ1EYKDsHa1jYvRp4dCq3h2eulVCjsjdI4junwvY26LHviGfa2uxRNBcyy6zYjQKStmlHNFiLg9KzodgimSqHThwNFD0RPxeuuHfnUDBlXoQIR+f3uNhFKYIvkVzaybZK2xcheTKq+BhVKppIXiDWNi49MZftuDl4KSsQw94nSDsJ6JMn3faGMufTx/tog4bHy+DqyVYje6i3UCTYzGu0B+kY0vb4O37BfdfnR6fLZ4c0LSfl5gfG+7WoJwtHpYeX7YY3hbWqh3bIG2h4h5cJ8mf5lWjAJykse1cYkbkINTf5ltbHx/sRLUnXOUyyTC9ZQ=',
      'oUeeMbb8EpF3eja/gnKJDGlOHRKdqog6VGRC6M+dmCC2LCZ5or/XfsoiOHFoF77SfihjHTqT9r3pT5uUmPOKzqjOYde654fX03rU2SVyQkNULeh4mXI9flN8dXzS0ZvLiB5kcourooEWb6YtlYTyzDcDQ6l/+AqFlotZkdmCizVW5uRjgsurnXeFkZPZgj8MJ0TvCX+tsbL6hUi8Vgi3P9tK+l9kg3+TCU5ygZJgwGeOh2pR4fV+pN8+z+17uMQIk3l8xDvCXfeZBMppNw7/qM93jkoEwG2Bh1U4pSgYNxPt5CN9tDafULQgd/92UfBiJYZ+YHN+m0hsq7maIoWhYjS5r3sgVpXbJUmpmj+OWRRx+Mp2unSBH85+EsR/iDxviEDz4sF+wIdxGw56YzKpD0C2pyTgx4jubZELjLUHWL2g+AskcdV/inHJ8FUNn2m1fDN7UbAhf4W1MwVk/nxxau7T2mqBj7TBYxeZ3WmWDZJgrK0/MYnsiAdORGB+QodHICngfrfaL8w/BNsqel+Lja25im4tYx/sfcPgXtDegbSJEmxZLoyfrd/upPoBPuSnU686dYElDy1mIEMu+PlAMXTsZ6+b2mSs/LqEUgmDf4eMeZZQgox+HYZ+fv7I70qIEbQ9dC1mfomyTNqG7AjcT0/feIa2DibZLg6YHt1Ge7U=',
      'GKTCOdLiu6/TczGUjMq64F6TT174yT6OaiB/EgFGOpexkSBrtKLOxejL/1SPoDkpbKKMhycQ6TWiMRRtXcKgr3tr+EN8jwKYjMcQCMdifkVIzotgISxJ4HCjglWFbWNDkPGJP1l8Vv31sc6Zmn1zz2sL3i6vn8UfIFxt+/cMQib0jgjbdXCwnpUZTnG8uAl97GdpLRbCk21opqMp0Jh5bsI3UD3Sh3xlajII60JScXJFqvOZObh7sGoQlj2jXyJaQhNkzCwSk7BeJ6CKWqwgiCJv+ShSCEQ31OoUjPXrle3yPlUBW0EGHAIgW1/7WMo5lT7o6c1bQmUNjSCZq6m+ronImI+So2S8bgNQdKChz4valjiuv0/zEapcdwtzwENrqzwZitVWhpZfjfIjyMfRXT/uqDIaMYiwuYSXwyuOSuqfuYGDWRPSJBs5N3C+2TRa5P4gIN6GeTCEzFjmxWi4/W4A6g31lFihCyNpD6BAXrz+pbJZPmsdAWmcgXuqfZgNmXV/RbtFgW4HKsPlFgMG87c3KCPtjAEETZEpd+yQSpYroZuCWwTxYuHnzdN2Npb2wSNQuHc57nZa7gAwfV0XTE5WDIsuWnUIg2huJLDdeIUTR3JKnq4hqzoSgzGNTD06fjDVk4VJbIrr8nWRZIdFXZ3uRHrWnTaunHGevxaqpAg=',
      'mRt7BT9T0Yf0LlwHF+C0LM36IhRYQTsrAe0CKJYJBoZFowFd2bJIvKqSRQusxkCfUw1I3zySFIlTxRu4rdzTmvx3Ewd0R9Kvk9PuvuMvblVJyeEGhy/DNs3/uPcIBwt+lVYvoLMyjeXx0ScmD1EKu9H+2RIKreofrRPJ/5xawkcapDXGO+bOsiAREgzyozprsan4CbMJw+K5un0PefZKrhztIYz+DF63uk3Rx8Qh5HrncSsyzhhX2CcGc0sOrvlT0pwJkljorTM14PXwJNTO4lA93tLH/CbLXdcOxWrJIr3Kzv0T7XJlB0kyZyE96tFxpZJ73MU9dCG1rjfQTaTvDxb2I++XSf3OslV9dgDrrRMnQRrxxUWG48p2b/bBG4nH+PNXpOAII5JAwD0jthHd99TGU2bkJDhZnfrsoCm0uCYVF6wYKOIAeunJNvXObBr/Ah3jyCTpA1AZDSAYRg4SSAe6UhrBwE3q8upH+OsMArXb/JPc7pSdeJ9/CPGlPayjSv9AD9K4FZizwv1GvDz33v593f02vg3rYAQd+putCbL02SAkpw0R9crrwc64aC4wIBxl/Q0cvPqq5Cgd3+BiKUZLG5Vt0QKpsejuqFlLP3WlULsKB5ljBdBBxBwETEcjObWbo5wxC4cUyHVYnfkAHQOfVz3eIefUCO+xJrXZ1ww=',
    ],
  },
];

/** The references of a model on branch `main`, used as its own files say, the most precise first; none for all but a few. */
export function findKnownProbes(canonicalName: string): readonly ProbeReference[] {
  return KNOWN.filter((known) => known.canonicalName === canonicalName).map(unpack);
}

function unpack({ rows, space, dimensions, dtype }: KnownProbes): ProbeReference {
  const all = rows.flatMap((row) => [...new Int8Array(fromBase64(row).buffer)]);
  const longStart = all.length - dimensions;
  return {
    space,
    dimensions,
    vectors: Float32Array.from(all.slice(0, longStart)),
    longVector: Float32Array.from(all.slice(longStart)),
    prompts: {},
    normalize: true,
    dtype,
  };
}
