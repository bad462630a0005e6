Console.WriteLine("rwhod");
