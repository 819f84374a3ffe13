/** What is in ONNX Runtime's WebAssembly, which npm packages it without the licences of. */

/** Something linked into a binary file, so no module of any bundle names it. */
interface LinkedPart {
  readonly name: string;
  readonly license: string;
  readonly copyright: string;
  readonly source: string;
}

/**
 * By the names that are in the files: messages, symbols and paths. ONNX Runtime builds with more, such as XNNPACK and
 * cpuinfo, none of which is there.
 *
 * Source: cmake/deps.txt and ThirdPartyNotices.txt of https://github.com/microsoft/onnxruntime
 */
const LINKED_PARTS: readonly LinkedPart[] = [
  {
    name: 'Abseil',
    license: 'Apache-2.0',
    copyright: 'Copyright The Abseil Authors',
    source: 'https://github.com/abseil/abseil-cpp',
  },
  {
    name: 'Dawn (in the build with WebGPU)',
    license: 'BSD-3-Clause',
    copyright: 'Copyright 2017-2023 The Dawn & Tint Authors',
    source: 'https://dawn.googlesource.com/dawn',
  },
  {
    name: 'Eigen',
    license: 'MPL-2.0',
    copyright: 'Copyright its authors, who are named in its source files',
    source: 'https://gitlab.com/libeigen/eigen',
  },
  {
    name: 'Emscripten',
    license: 'MIT',
    copyright: 'Copyright (c) 2010-2014 Emscripten authors, see AUTHORS file.',
    source: 'https://github.com/emscripten-core/emscripten',
  },
  {
    name: 'FlatBuffers',
    license: 'Apache-2.0',
    copyright: 'Copyright Google Inc.',
    source: 'https://github.com/google/flatbuffers',
  },
  {
    name: 'GSL',
    license: 'MIT',
    copyright: 'Copyright (c) 2015 Microsoft Corporation. All rights reserved.',
    source: 'https://github.com/microsoft/GSL',
  },
  {
    name: 'JSON for Modern C++',
    license: 'MIT',
    copyright: 'Copyright (c) 2013-2025 Niels Lohmann',
    source: 'https://github.com/nlohmann/json',
  },
  {
    name: 'LLVM libc++, libc++abi and compiler-rt',
    license: 'Apache-2.0 WITH LLVM-exception',
    copyright: 'Copyright the LLVM Project and its contributors',
    source: 'https://github.com/llvm/llvm-project',
  },
  {
    name: 'musl',
    license: 'MIT',
    copyright: 'Copyright © 2005-2020 Rich Felker, et al.',
    source: 'https://musl.libc.org',
  },
  {
    name: 'ONNX',
    license: 'Apache-2.0',
    copyright: 'Copyright (c) ONNX Project Contributors',
    source: 'https://github.com/onnx/onnx',
  },
  {
    name: 'Protocol Buffers',
    license: 'BSD-3-Clause',
    copyright: 'Copyright 2008 Google Inc.  All rights reserved.',
    source: 'https://github.com/protocolbuffers/protobuf',
  },
  {
    name: 'SafeInt',
    license: 'MIT',
    copyright: 'Copyright (c) 2018 Microsoft Corporation',
    source: 'https://github.com/dcleblanc/SafeInt',
  },
];

/** Who wrote what a package ships without a licence file. */
export const MISSING_LICENCES: Readonly<Record<string, string>> = {
  'onnxruntime-common': 'Copyright (c) Microsoft Corporation',
  'onnxruntime-web': 'Copyright (c) Microsoft Corporation',
};

/** The MIT licence under a line that says whose work it is for. */
export function writeMit(copyright: string): string {
  return `MIT License\n\n${copyright}\n\n${MIT}`;
}

/**
 * The section on ONNX Runtime's WebAssembly.
 *
 * @param commit - the commit it was built from, which has the notices of all that a build may use.
 * @param apacheLicence - the text of the Apache License 2.0.
 */
export function describeLinkedParts(commit: string, apacheLicence: string): string {
  const parts = LINKED_PARTS.map(
    ({ name, license, copyright, source }) => `${name} (${license})\n${copyright}\n${source}`,
  );
  return [
    '== Inside ONNX Runtime: ort-wasm-simd-threaded.wasm and ort-wasm-simd-threaded.asyncify.wasm',
    `The notices of all that ONNX Runtime is built with:
https://github.com/microsoft/onnxruntime/blob/${commit}/ThirdPartyNotices.txt`,
    ...parts,
    `-- MIT, for those marked with it\n\n${MIT}`,
    `-- BSD-3-Clause, for those marked with it\n\n${BSD}`,
    `-- MPL-2.0, for those marked with it: the source is at the address above, the text at https://mozilla.org/MPL/2.0/`,
    `-- LLVM-exception, for those marked with it\n\n${LLVM_EXCEPTION}`,
    `-- Apache-2.0, for those marked with it\n\n${apacheLicence.trimEnd()}\n`,
  ].join('\n\n');
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;

const BSD = `Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:

* Redistributions of source code must retain the above copyright notice, this
  list of conditions and the following disclaimer.

* Redistributions in binary form must reproduce the above copyright notice,
  this list of conditions and the following disclaimer in the documentation
  and/or other materials provided with the distribution.

* Neither the name of the copyright holder nor the names of its contributors
  may be used to endorse or promote products derived from this software
  without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"
AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE
FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER
CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY,
OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`;

const LLVM_EXCEPTION = `As an exception, if, as a result of your compiling your source code, portions
of this Software are embedded into an Object form of such source code, you
may redistribute such embedded portions in such Object form without complying
with the conditions of Sections 4(a), 4(b) and 4(d) of the License.

In addition, if you combine or link compiled forms of this Software with
software that is licensed under the GPLv2 ("Combined Software") and if a
court of competent jurisdiction determines that the patent provision (Section
3), the indemnity provision (Section 9) or other Section of the License
conflicts with the conditions of the GPLv2, you may retroactively and
prospectively choose to deem waived or otherwise exclude such Section(s) of
the License, but only in their entirety and only with respect to the Combined
Software.`;
