#pragma once

#include <stdexcept>

namespace innochain {

/// What can go wrong with a file of results. The program's exit code stands beside each; the message names the file.
class FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  virtual int exit_code() const = 0;
};

/// The target exists, or its folder is missing or read-only.
class CannotCreate : public FileError {
 public:
  using FileError::FileError;
  int exit_code() const override { return 73; }
};

/// The disk is full or failed while writing; nothing is left behind.
class WriteFailed : public FileError {
 public:
  using FileError::FileError;
  int exit_code() const override { return 74; }
};

class InputMissing : public FileError {
 public:
  using FileError::FileError;
  int exit_code() const override { return 66; }
};

/// The file can be read, but is no HDF5 file or was not written by this program.
class NotAResultFile : public FileError {
 public:
  using FileError::FileError;
  int exit_code() const override { return 65; }
};

/// Runs of another design, seed or model revision than those that are asked for: they are not mixed.
class AnotherEnsemble : public FileError {
 public:
  using FileError::FileError;
  int exit_code() const override { return 65; }
};

class ReadFailed : public FileError {
 public:
  using FileError::FileError;
  int exit_code() const override { return 74; }
};

}  // namespace innochain
