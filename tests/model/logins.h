// Logins: how often passwords may be tried. Of memory only: a start forgets all of it.

#pragma once

#include <map>
#include <string>

#include "tests/model/stock.h"

namespace holdfast::model {

class Logins {
 public:
  // From one host: 200 at once, then 20 a second. BUSY with retry=; takes one if not.
  void take_host(const std::string& host, Micros now);
  // For one account: 10 wrong ones, then one every 10 s. BUSY with retry=; takes nothing.
  void require_try(const std::string& name, Micros now) const;
  void wrong(const std::string& name, Micros now);

  // The same password was right less than 60 s ago: it is not looked at again.
  bool just_right(const std::string& name, const std::string& password, Micros now) const;
  // Gives all tries back.
  void right(const std::string& name, const std::string& password, Micros now);
  // The password is another one from now on.
  void forget(const std::string& name);

 private:
  struct Right {
    std::string password;
    Micros until = 0;
  };
  using Full = std::map<std::string, Micros>;  // when all tries are back
  static void require(const Full& full, const std::string& name, int burst, Micros each,
                      Micros now);
  static void take(Full& full, const std::string& name, Micros each, Micros now);

  Full hosts_;
  Full names_;
  std::map<std::string, Right> right_;
};

}  // namespace holdfast::model
